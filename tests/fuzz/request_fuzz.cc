// Whatever a request says: no crash, a refusal is printable, and what is
// accepted is within the limits that the header promises.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "base/json.h"
#include "base/utf8.h"
#include "placement/request.h"

namespace {

using acceld::placement::Request;

void CheckBounds(const Request& request) {
  using namespace acceld::placement;  // NOLINT: the limits
  ACCELD_CHECK(!request.stages.empty());
  ACCELD_CHECK(request.links.size() <= kMaxLinks);
  ACCELD_CHECK(request.constraints.size() <= kMaxConstraints);
  std::int64_t replicas = 0;
  for (const Stage& stage : request.stages) {
    ACCELD_CHECK(!stage.name.empty() && stage.name.size() <= kMaxNameBytes);
    ACCELD_CHECK(stage.select.size() <= kMaxSelectors);
    ACCELD_CHECK(stage.count >= 1 && stage.count <= kMaxStages);
    replicas += stage.count;
  }
  ACCELD_CHECK(replicas <= kMaxStages);
  for (const PipelineLink& link : request.links) {
    ACCELD_CHECK(link.from == kHost || link.from < request.stages.size());
    ACCELD_CHECK(link.to == kHost || link.to < request.stages.size());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto document = acceld::ParseJson(text);
  if (!document) return 0;
  const auto request = acceld::placement::ParseRequest(*document);
  if (request) {
    CheckBounds(*request);
  } else {
    ACCELD_CHECK(!request.error().message.empty());
    ACCELD_CHECK(acceld::IsUtf8(request.error().message));
  }
  return 0;
}
