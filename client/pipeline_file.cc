#include "client/pipeline_file.h"

#include <utility>

#include "base/json.h"
#include "base/units.h"
#include "client/input_file.h"

namespace acceld::client {
Result<Document> ReadPipelineFile(const std::string& path) {
  const std::string name = path == "-" ? "standard input" : path;
  ACCELD_TRY(const std::string text, ReadInput(path, Bytes(1 << 20)));
  auto document = ParseJson(text);
  if (!document) return Fail(std::move(document.error()).In(name));
  if (document->AsObject() == nullptr) {
    return Fail(ErrorCode::kInvalidArgument,
                name + ": a pipeline is an object ({\"stages\": [...]}), not " +
                    std::string(document->TypeName()));
  }
  return document;
}

}  // namespace acceld::client
