#include "tests/integration/kubernetes/program.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace acceld::testing {
namespace {

struct Pipe {
  UniqueFd reader;
  UniqueFd writer;
};

Result<Pipe> MakePipe() {
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return FailErrno("pipe2", errno);
  return Pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

// In the child: only calls that are safe after fork().
[[noreturn]] void Exec(char* const* argv, int input, int output, pid_t parent) {
  (void)::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);
  if (::dup2(input, STDIN_FILENO) < 0 || ::dup2(output, STDOUT_FILENO) < 0) {
    ::_exit(127);
  }
  ::execv(argv[0], argv);
  ::_exit(127);
}

}  // namespace

Result<std::unique_ptr<Program>> Program::Start(std::vector<std::string> argv) {
  ACCELD_TRY(Pipe to, MakePipe());
  ACCELD_TRY(Pipe from, MakePipe());
  std::vector<char*> arguments;
  for (std::string& argument : argv) arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) return FailErrno("fork", errno);
  if (pid == 0) {
    Exec(arguments.data(), to.reader.get(), from.writer.get(), parent);
  }
  std::unique_ptr<Program> program(new Program);
  program->pid_ = pid;
  program->input_ = std::move(to.writer);
  program->output_ = std::move(from.reader);
  return program;
}

Program::~Program() { (void)End(SIGKILL); }

void Program::Signal(int signal) const {
  if (pid_ >= 0) (void)::kill(pid_, signal);
}

int Program::End(int signal) {
  if (pid_ < 0) return -1;
  Signal(signal);
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace acceld::testing
