#include "integrations/slurm/spank/submission.h"

#include <cerrno>
#include <cstdlib>

#include "integrations/slurm/spank/pipeline_text.h"
#include "integrations/slurm/spank/variables.h"

namespace acceld::slurm {
namespace {

std::string Variable(const char* name) {
  const char* value = std::getenv(name);  // NOLINT: one thread reads options
  return value == nullptr ? std::string() : std::string(value);
}

Status Export(const char* name, const std::string& value) {
  if (::setenv(name, value.c_str(), 1) != 0) {  // NOLINT: as above
    return FailErrno("set a variable of the environment", errno);
  }
  return {};
}

bool WasReadBefore(const std::string& file) {
  return !Variable("SLURM_JOB_ID").empty() && Variable(kFileVariable) == file &&
         !Variable(kPipelineVariable).empty();
}

}  // namespace

Status ReadAtSubmission(const std::string& file) {
  if (WasReadBefore(file)) return {};
  ACCELD_TRY(const std::string text, PipelineText(file));
  ACCELD_TRY_VOID(Export(kPipelineVariable, text));
  return Export(kFileVariable, file);
}

}  // namespace acceld::slurm
