#include "tests/integration/running_program.h"

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include <cerrno>

extern char** environ;

namespace acceld::testing {

Result<std::unique_ptr<RunningProgram>> RunningProgram::Start(
    const std::vector<std::string>& command) {
  std::vector<char*> arguments;
  for (const std::string& argument : command) {
    arguments.push_back(const_cast<char*>(argument.c_str()));
  }
  arguments.push_back(nullptr);
  pid_t pid = -1;
  const int error = ::posix_spawn(&pid, arguments[0], nullptr, nullptr,
                                  arguments.data(), environ);
  if (error != 0) return FailErrno(command[0], error);
  return std::unique_ptr<RunningProgram>(new RunningProgram(pid));
}

RunningProgram::~RunningProgram() { (void)End(SIGTERM); }

int RunningProgram::End(int signal) {
  if (pid_ < 0) return 0;
  (void)::kill(pid_, signal);
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace acceld::testing
