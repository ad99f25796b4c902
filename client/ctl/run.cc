#include <poll.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <cstdio>

#include "client/ctl/child.h"
#include "client/ctl/commands.h"
#include "client/lease_environment.h"
#include "client/mount_namespace.h"
#include "client/pipeline_file.h"
#include "client/signals.h"

namespace acceld::ctl {
namespace {

// What a terminal sends goes to the child as well, without our doing.
void Forward(const signalfd_siginfo& signal, pid_t child) {
  if (signal.ssi_code == SI_KERNEL) return;
  (void)::kill(child, static_cast<int>(signal.ssi_signo));
}

// Waits until the child ends; the wait status. The session socket is not read:
// what the daemon says on it is for the child.
Result<int> WaitFor(pid_t child, const client::Signals& signals, int session) {
  std::array<pollfd, 2> polled{{{signals.fd(), POLLIN, 0}, {session, 0, 0}}};
  for (;;) {
    if (::poll(polled.data(), polled.size(), -1) < 0 && errno != EINTR) {
      return FailErrno("wait for the command", errno);
    }
    if (polled[1].revents != 0) {
      std::fputs("accelctl: the lease ended before the command did\n", stderr);
      polled[1].fd = -1;
    }
    while (const auto signal = signals.Next()) {
      if (signal->ssi_signo != SIGCHLD) {
        Forward(*signal, child);
        continue;
      }
      int status = 0;
      if (::waitpid(child, &status, WNOHANG) == child &&
          (WIFEXITED(status) || WIFSIGNALED(status))) {
        return status;
      }
    }
  }
}

}  // namespace

Result<int> Run(const Tool& tool, const RunOptions& options) {
  ACCELD_TRY(const Document pipeline, client::ReadPipelineFile(options.file));
  // Before acceld learns of this process, and while it has one thread.
  if (client::WantsPaths(pipeline)) {
    ACCELD_TRY_VOID(client::EnterMountNamespace());
  }
  ACCELD_TRY(client::Client client, tool.Connect());
  ACCELD_TRY(client::Lease lease, client.Acquire(pipeline));
  // A signal before this ends the process, and the lease with it.
  ACCELD_TRY(const client::Signals signals,
             client::Signals::Gather({SIGCHLD, SIGINT, SIGTERM, SIGHUP, SIGQUIT,
                                      SIGUSR1, SIGUSR2, SIGALRM}));
  ACCELD_TRY(const pid_t child,
             Start({.command = options.command,
                    .lease = client::EnvironmentOf(
                        lease.path(), lease.session_fd(), lease.grants()),
                    .signal_mask = signals.former_mask()}));
  ACCELD_TRY(const int status, WaitFor(child, signals, lease.session_fd()));
  // Also where the command left children behind that hold the socket. That it
  // had ended by itself was told above.
  (void)lease.Release();
  return ExitStatusOf(status);
}

}  // namespace acceld::ctl
