// acceld_spank.so: the option --accel=FILE of srun, sbatch and salloc. Loaded
// by them, by slurmd and by slurmstepd; spank(8) is the interface.
//
//   who submits (as the user)        reads FILE into the job's environment
//   a task, before it is the user's  gets a mount namespace, for paths
//   a task, before exec (the user)   takes the lease, inherits descriptors
//
// Nothing of it runs as root but the registration of the option and that mount
// namespace: the task could not make one by itself. The kernel keeps a process
// that was root's a moment ago from user namespaces (PR_SET_DUMPABLE in
// prctl(2)), and rightly, for it has slurmstepd's memory. No exception and no
// thread leaves a callback.
#include <slurm/slurm.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/utf8.h"
#include "client/exit_code.h"
#include "client/lease_environment.h"
#include "client/mount_namespace.h"
#include "integrations/slurm/spank/pipeline_text.h"
#include "integrations/slurm/spank/submission.h"
#include "integrations/slurm/spank/task_lease.h"
#include "integrations/slurm/spank/task_process.h"
#include "integrations/slurm/spank/variables.h"

// Slurm looks symbols up by their C names, and spank.h does not say that its
// own have any.
extern "C" {
#include <slurm/spank.h>
// Without it a const has no name outside this file.
extern const char plugin_name[];
extern const char plugin_type[];
extern const unsigned int plugin_version;
extern const unsigned int spank_plugin_version;
const char plugin_name[] = "acceld";
const char plugin_type[] = "spank";
const unsigned int plugin_version = SLURM_VERSION_NUMBER;
const unsigned int spank_plugin_version = 1;
}

namespace {

using acceld::ErrorCode;
using acceld::client::ExitCodeOf;
namespace slurm = acceld::slurm;

constexpr std::string_view kBusArgument = "bus=";
constexpr std::size_t kMaxLine = 2000;  // of a message

int OnOption(int /*value*/, const char* file, int remote) {
  if (remote != 0) return 0;  // the node has no use for the path
  try {
    const auto read = slurm::ReadAtSubmission(file == nullptr ? "" : file);
    if (read) return 0;
    slurm_error("--accel: %s", read.error().message.c_str());
    return -1;
  } catch (const std::exception& error) {
    slurm_error("--accel: %s", error.what());
    return -1;
  }
}

spank_option* AccelOption() {
  static char name[] = "accel";
  static char argument[] = "FILE";
  static char usage[] =
      "take the devices of a pipeline for each task, from acceld on its node";
  static spank_option option{name, argument, usage, 1, 0, OnOption};
  return &option;
}

// The bus that the administrator names in plugstack.conf. False: an argument
// that is none.
bool FindBus(int count, char* arguments[], std::string& bus) {
  for (int i = 0; i < count; ++i) {
    const std::string_view argument(arguments[i]);
    if (!argument.starts_with(kBusArgument)) {
      slurm_error("acceld: plugstack.conf: what is '%s'? (bus=ADDRESS)",
                  arguments[i]);
      return false;
    }
    bus = argument.substr(kBusArgument.size());
  }
  return true;
}

// To the user's standard error, where srun shows it; one line at a time.
void Tell(spank_t spank, std::string_view text) {
  std::uint32_t task = 0;
  (void)spank_get_item(spank, S_TASK_GLOBAL_ID, &task);
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    const std::string line =
        acceld::Printable(text.substr(start, end - start), kMaxLine);
    slurm_spank_log("accel: task %u: %s%s", task, start == 0 ? "" : "  ",
                    line.c_str());
    start = end + 1;
  }
}

// This process is the task's, and has nothing but that to do: it ends here,
// whether plugstack.conf calls the plugin required or optional.
[[noreturn]] void FailTask(spank_t spank, const acceld::Error& error) {
  Tell(spank, error.message);
  ::_exit(static_cast<int>(ExitCodeOf(error.code)));
}

// The batch script, the shell of salloc and the container of the job start
// steps; only tasks of steps have devices.
bool IsTaskOfStep(spank_t spank) {
  std::uint32_t step = 0;
  return spank_get_item(spank, S_JOB_STEPID, &step) == ESPANK_SUCCESS &&
         step < SLURM_MAX_NORMAL_STEP_ID;
}

bool WasGiven(spank_t spank) {
  char* value = nullptr;
  return spank_option_getopt(spank, AccelOption(), &value) == ESPANK_SUCCESS;
}

acceld::Result<std::string> PipelineOf(spank_t spank) {
  std::string text(slurm::kMaxPipelineBytes + 1, '\0');
  const auto got = spank_getenv(spank, slurm::kPipelineVariable, text.data(),
                                static_cast<int>(text.size()));
  if (got != ESPANK_SUCCESS) {
    return acceld::Fail(ErrorCode::kInvalidArgument,
                        std::string("--accel was given, but ") +
                            slurm::kPipelineVariable +
                            " did not reach the node: " + spank_strerror(got));
  }
  text.resize(std::strlen(text.c_str()));
  return text;
}

// What root's half of a task left for the user's, in the same process.
struct Prepared {
  int slurmstepd = 0;  // its process; 0: nothing was prepared
  bool has_own_mounts = false;
  std::optional<acceld::Error> fault;
};

Prepared& OfThisTask() {
  static Prepared prepared;
  return prepared;
}

void Prepare(spank_t spank, Prepared& prepared) {
  prepared.slurmstepd = ::getppid();
  const auto pipeline = PipelineOf(spank);
  if (!pipeline || !slurm::MayWantPaths(*pipeline)) return;
  if (auto entered = acceld::client::EnterMountNamespaceAlone(); !entered) {
    prepared.fault = std::move(entered.error());
    return;
  }
  prepared.has_own_mounts = true;
}

acceld::Status TakeLease(spank_t spank, const std::string& bus) {
  const Prepared& prepared = OfThisTask();
  if (prepared.fault) return acceld::Fail(acceld::Error(*prepared.fault));
  ACCELD_TRY(const std::string pipeline, PipelineOf(spank));
  // The task has its devices: what it starts is not to ask again.
  (void)spank_unsetenv(spank, slurm::kPipelineVariable);
  (void)spank_unsetenv(spank, slurm::kFileVariable);
  ACCELD_TRY_VOID(slurm::DieWith(prepared.slurmstepd));
  ACCELD_TRY(const slurm::Variables variables,
             slurm::LeaseForTask(pipeline, bus, prepared.has_own_mounts));
  for (const char* name : acceld::client::kLeaseVariables) {
    (void)spank_unsetenv(spank, name);
  }
  for (const auto& [name, value] : variables) {
    if (spank_setenv(spank, name.c_str(), value.c_str(), 1) != ESPANK_SUCCESS) {
      return acceld::Fail(ErrorCode::kNoMemory, "cannot set " + name);
    }
  }
  return {};
}

}  // namespace

int slurm_spank_init(spank_t spank, int count, char* arguments[]) {
  const spank_context_t where = spank_context();
  if (where != S_CTX_LOCAL && where != S_CTX_REMOTE &&
      where != S_CTX_ALLOCATOR) {
    return 0;  // slurmd itself, prolog and epilog
  }
  try {
    std::string bus;
    if (!FindBus(count, arguments, bus)) return -1;
    return spank_option_register(spank, AccelOption()) == ESPANK_SUCCESS ? 0
                                                                         : -1;
  } catch (const std::exception& error) {
    slurm_error("acceld: %s", error.what());
    return -1;
  }
}

// As root, in the process that is to become the task. That nothing could be
// prepared is told by the user's half, which has the task's standard error.
int slurm_spank_task_init_privileged(spank_t spank, int /*count*/,
                                     char* /*arguments*/[]) {
  try {
    if (IsTaskOfStep(spank) && WasGiven(spank)) Prepare(spank, OfThisTask());
  } catch (const std::exception& error) {
    OfThisTask().fault = acceld::Error{ErrorCode::kInternal, error.what(), 0};
  }
  return 0;
}

// As the user, in the process that is to become the task.
int slurm_spank_task_init(spank_t spank, int count, char* arguments[]) {
  try {
    if (!IsTaskOfStep(spank) || !WasGiven(spank)) return 0;
    std::string bus = "system";
    const acceld::Status taken =
        FindBus(count, arguments, bus)
            ? TakeLease(spank, bus)
            : acceld::Fail(ErrorCode::kInvalidArgument, "see plugstack.conf");
    if (!taken) FailTask(spank, taken.error());
    return 0;
  } catch (const std::exception& error) {
    FailTask(spank, {ErrorCode::kInternal, error.what()});
  }
}
