// Starts a task as slurmstepd does, as far as a SPANK plugin can tell: loads
// it, has it register its options, forks, calls it in the process that is to
// become the task, which execs, and waits for that. The exit status is the
// task's.
//
// usage: spank_task PLUGIN ARGUMENT PIPELINE COMMAND...
//   ARGUMENT   of the plugin's line in plugstack.conf
//   PIPELINE   JSON, as the plugin put it into the job's environment
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstring>

extern "C" {
#include <slurm/spank.h>
}

namespace {

constexpr int kFailed = 1;
constexpr auto kSuccess = static_cast<spank_err_t>(ESPANK_SUCCESS);
constexpr auto kNotThere = static_cast<spank_err_t>(ESPANK_ENV_NOEXIST);
constexpr auto kNoSpace = static_cast<spank_err_t>(ESPANK_NOSPACE);
constexpr auto kError = static_cast<spank_err_t>(ESPANK_ERROR);

struct Call {
  void* plugin;
  char** arguments;

  int operator()(const char* name) const {
    const auto function =
        reinterpret_cast<int (*)(spank_t, int, char**)>(::dlsym(plugin, name));
    return function == nullptr ? -1 : function(nullptr, 1, arguments);
  }
};

}  // namespace

// What of slurmstepd the plugin uses; the linker takes them from here.
extern "C" {

spank_context_t spank_context(void) { return S_CTX_REMOTE; }

spank_err_t spank_option_register(spank_t, struct spank_option*) {
  return kSuccess;
}

spank_err_t spank_option_getopt(spank_t, struct spank_option*, char** value) {
  static char given[] = "pipeline.json";
  *value = given;
  return kSuccess;
}

// Task 0 of step 0: both items that the plugin asks for are 32 bits.
spank_err_t spank_get_item(spank_t, spank_item_t item, ...) {
  std::va_list arguments;
  va_start(arguments, item);
  *va_arg(arguments, std::uint32_t*) = 0;
  va_end(arguments);
  return kSuccess;
}

spank_err_t spank_getenv(spank_t, const char* name, char* text, int size) {
  const char* value = ::getenv(name);
  if (value == nullptr) return kNotThere;
  if (std::strlen(value) >= static_cast<std::size_t>(size)) {
    return kNoSpace;
  }
  std::strcpy(text, value);
  return kSuccess;
}

spank_err_t spank_setenv(spank_t, const char* name, const char* value, int) {
  return ::setenv(name, value, 1) == 0 ? kSuccess : kError;
}

spank_err_t spank_unsetenv(spank_t, const char* name) {
  return ::unsetenv(name) == 0 ? kSuccess : kError;
}

const char* spank_strerror(spank_err_t) { return "an error of the test's"; }

void slurm_spank_log(const char* format, ...) {
  std::va_list arguments;
  va_start(arguments, format);
  (void)std::vfprintf(stderr, format, arguments);
  va_end(arguments);
}

void slurm_error(const char* format, ...) {
  std::va_list arguments;
  va_start(arguments, format);
  (void)std::vfprintf(stderr, format, arguments);
  va_end(arguments);
}

}  // extern "C"

// A refusal ends the process within, with the plugin's exit status.
[[noreturn]] static void BecomeTask(const Call& call, char** command) {
  if (call("slurm_spank_task_init_privileged") == 0 &&
      call("slurm_spank_task_init") == 0) {
    (void)::execv(command[0], command);
  }
  ::_exit(kFailed);
}

int main(int argc, char** argv) {
  if (argc < 5) return kFailed;
  void* plugin = ::dlopen(argv[1], RTLD_NOW);
  if (plugin == nullptr) {
    (void)std::fprintf(stderr, "%s\n", ::dlerror());
    return kFailed;
  }
  (void)::setenv("SLURM_ACCELD_PIPELINE", argv[3], 1);
  const Call call{plugin, &argv[2]};
  if (call("slurm_spank_init") != 0) return kFailed;
  const pid_t task = ::fork();
  if (task == 0) BecomeTask(call, &argv[4]);
  int status = 0;
  if (::waitpid(task, &status, 0) != task || !WIFEXITED(status)) return kFailed;
  return WEXITSTATUS(status);
}
