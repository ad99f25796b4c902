#include "client/ctl/child.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace acceld::ctl {
namespace {

// So that engines hand the descriptors on to a container. Whoever is not meant
// sees it by the process number.
void SetListenVariables(const Child& child) {
  const auto set = [](const char* name, const std::string& value) {
    (void)::setenv(name, value.c_str(), 1);  // NOLINT: one thread
  };
  set("LISTEN_PID", std::to_string(::getpid()));
  set("LISTEN_FDS", std::to_string(child.lease.fds.size()));
  for (const auto& [name, value] : child.lease.variables) {
    if (name == "ACCELD_FDNAMES") set("LISTEN_FDNAMES", value);
  }
}

}  // namespace

void Become(const Child& child) {
  std::vector<char*> arguments;
  for (const std::string& argument : child.command) {
    arguments.push_back(const_cast<char*>(argument.c_str()));
  }
  arguments.push_back(nullptr);
  for (const char* name : client::kLeaseVariables) (void)::unsetenv(name);
  for (const auto& [name, value] : child.lease.variables) {
    (void)::setenv(name.c_str(), value.c_str(), 1);  // NOLINT
  }
  SetListenVariables(child);
  if (const Status kept = client::KeepTo(child.affinity); !kept) {
    std::fprintf(stderr, "accelctl: %s\n", kept.error().message.c_str());
  }
  if (const Status placed = client::PlaceFds(child.lease.fds); !placed) {
    std::fprintf(stderr, "accelctl: %s\n", placed.error().message.c_str());
    ::_exit(kCannotExecute);
  }
  (void)::sigprocmask(SIG_SETMASK, &child.signal_mask, nullptr);
  ::execvp(arguments[0], arguments.data());
  const int problem = errno;
  std::fprintf(stderr, "accelctl: %s: %s\n", arguments[0],
               std::strerror(problem));  // NOLINT
  ::_exit(problem == ENOENT ? kCommandNotFound : kCannotExecute);
}

Result<pid_t> Start(const Child& child) {
  (void)std::fflush(stdout);  // not written twice
  const pid_t pid = ::fork();
  if (pid < 0) return FailErrno("start the command", errno);
  // accelctl has one thread, so its child may do more than what is safe in a
  // signal handler.
  if (pid == 0) Become(child);
  return pid;
}

int ExitStatusOf(int wait_status) {
  if (WIFEXITED(wait_status)) return WEXITSTATUS(wait_status);
  constexpr int kSignalled = 128;
  return kSignalled + WTERMSIG(wait_status);
}

}  // namespace acceld::ctl
