#include "integrations/slurm/spank/pipeline_text.h"

#include "base/document.h"
#include "base/json.h"
#include "client/pipeline_file.h"

namespace acceld::slurm {

Result<std::string> PipelineText(const std::string& path) {
  if (path == "-") {
    return Fail(ErrorCode::kInvalidArgument,
                "name a file: standard input belongs to the tasks");
  }
  ACCELD_TRY(const Document pipeline, client::ReadPipelineFile(path));
  std::string text = PrintJson(pipeline);
  if (text.size() <= kMaxPipelineBytes) return text;
  return Fail(ErrorCode::kInvalidArgument,
              path + ": a pipeline for Slurm has at most 64KiB");
}

}  // namespace acceld::slurm
