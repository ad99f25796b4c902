#include "integrations/slurm/spank/task_process.h"

#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>

namespace acceld::slurm {

bool MayWantPaths(std::string_view pipeline) {
  return pipeline.find("\"path\"") != std::string_view::npos;
}

Status DieWith(int parent) {
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) {
    return FailErrno("tie the task to slurmstepd", errno);
  }
  // It may have died before.
  if (::getppid() != parent) {
    return Fail(ErrorCode::kUnavailable, "slurmstepd is gone");
  }
  return {};
}

}  // namespace acceld::slurm
