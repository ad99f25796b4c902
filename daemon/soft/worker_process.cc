#include "daemon/soft/worker_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>

// glibc 2.36 declares these without a C linkage of their own.
extern "C" {
#include <sys/pidfd.h>
}

namespace acceld::soft {
namespace {

constexpr int kControlFd = 3;
constexpr std::chrono::milliseconds kLastWait{2000};

struct DestroyActions {
  void operator()(posix_spawn_file_actions_t* actions) const {
    ::posix_spawn_file_actions_destroy(actions);
  }
};
struct DestroyAttributes {
  void operator()(posix_spawnattr_t* attributes) const {
    ::posix_spawnattr_destroy(attributes);
  }
};

// Every descriptor of the daemon is close-on-exec; these are what is left.
int AddActions(posix_spawn_file_actions_t* actions, int control) {
  int error = ::posix_spawn_file_actions_addopen(actions, STDIN_FILENO,
                                                 "/dev/null", O_RDONLY, 0);
  if (error == 0) {
    error = ::posix_spawn_file_actions_addopen(actions, STDOUT_FILENO,
                                               "/dev/null", O_WRONLY, 0);
  }
  if (error == 0) {
    error = ::posix_spawn_file_actions_adddup2(actions, control, kControlFd);
  }
  return error;
}

// The daemon blocks signals that it reads from a descriptor; a worker must not
// inherit that. A session of its own: no terminal reaches it.
int SetAttributes(posix_spawnattr_t* attributes) {
  sigset_t none;
  sigset_t all;
  ::sigemptyset(&none);
  ::sigfillset(&all);
  int error = ::posix_spawnattr_setsigmask(attributes, &none);
  if (error == 0) error = ::posix_spawnattr_setsigdefault(attributes, &all);
  constexpr int kFlags =
      POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID;
  if (error == 0) error = ::posix_spawnattr_setflags(attributes, kFlags);
  return error;
}

Result<pid_t> Spawn(const std::string& program, uid_t run_as, int control) {
  posix_spawn_file_actions_t action_storage;
  posix_spawnattr_t attribute_storage;
  if (int error = ::posix_spawn_file_actions_init(&action_storage);
      error != 0) {
    return FailErrno("prepare a worker", error);
  }
  const std::unique_ptr<posix_spawn_file_actions_t, DestroyActions> actions(
      &action_storage);
  if (int error = ::posix_spawnattr_init(&attribute_storage); error != 0) {
    return FailErrno("prepare a worker", error);
  }
  const std::unique_ptr<posix_spawnattr_t, DestroyAttributes> attributes(
      &attribute_storage);
  int error = AddActions(actions.get(), control);
  if (error == 0) error = SetAttributes(attributes.get());
  if (error != 0) return FailErrno("prepare a worker", error);

  std::string name = program;
  std::string user = std::to_string(run_as);
  const std::array<char*, 3> arguments{name.data(), user.data(), nullptr};
  const std::array<char*, 1> environment{nullptr};
  pid_t pid = -1;
  // A vfork inside: nothing of the daemon is copied, and a program that cannot
  // be executed is an error here.
  error = ::posix_spawn(&pid, program.c_str(), actions.get(), attributes.get(),
                        arguments.data(), environment.data());
  if (error != 0) return FailErrno("start " + program, error);
  return pid;
}

}  // namespace

Result<WorkerProcess> WorkerProcess::Start(const std::string& program,
                                           uid_t run_as) {
  std::array<int, 2> ends{-1, -1};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) !=
      0) {
    return FailErrno("make a control socket", errno);
  }
  UniqueFd ours(ends[0]);
  const UniqueFd theirs(ends[1]);
  ACCELD_TRY(const pid_t pid, Spawn(program, run_as, theirs.get()));
  // The id cannot be another process's: an ended child keeps it until reaped.
  UniqueFd pidfd(::pidfd_open(pid, 0));
  if (!pidfd.valid()) {
    const int reason = errno;
    (void)::kill(pid, SIGKILL);
    (void)::waitpid(pid, nullptr, 0);
    return FailErrno("open a pidfd", reason);
  }
  return WorkerProcess(pid, std::move(ours), std::move(pidfd));
}

WorkerProcess::~WorkerProcess() {
  if (!pidfd_.valid()) return;
  Kill();
  (void)Reap(kLastWait);
}

void WorkerProcess::Kill() {
  (void)::pidfd_send_signal(pidfd_.get(), SIGKILL, nullptr, 0);
  control_.Reset();
}

bool WorkerProcess::Reap(std::chrono::milliseconds limit) {
  if (!pidfd_.valid()) return true;
  pollfd ended{pidfd_.get(), POLLIN, 0};
  int ready = 0;
  do {
    ready = ::poll(&ended, 1, static_cast<int>(limit.count()));
  } while (ready < 0 && errno == EINTR);
  if (ready <= 0) return false;
  siginfo_t how{};
  const auto id = static_cast<id_t>(pidfd_.get());
  (void)::waitid(P_PIDFD, id, &how, WEXITED | WNOHANG);
  pidfd_.Reset();
  control_.Reset();
  return true;
}

}  // namespace acceld::soft
