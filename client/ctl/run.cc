#include <poll.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <string>
#include <vector>

#include "base/json.h"
#include "client/ctl/child.h"
#include "client/ctl/commands.h"
#include "client/ctl/grant_text.h"
#include "client/ctl/mount_namespace.h"
#include "client/ctl/pipeline_file.h"
#include "client/signals.h"

namespace acceld::ctl {
namespace {

// The session socket is descriptor 3, the grants follow it in their order.
Child MakeChild(const client::Lease& lease, const RunOptions& options,
                const sigset_t& mask) {
  Child child;
  child.command = options.command;
  child.signal_mask = mask;
  child.fds.push_back(lease.session_fd());
  std::string names = "session";
  std::vector<int> numbers;
  for (const api::Grant& grant : lease.grants()) {
    numbers.push_back(kFirstChildFd + static_cast<int>(child.fds.size()));
    child.fds.push_back(grant.fd.get());
    names.append(":").append(NameOf(grant));
  }
  child.environment = {
      {"ACCELD_LEASE", lease.path()},
      {"ACCELD_SESSION_FD", std::to_string(kFirstChildFd)},
      {"ACCELD_FDS", std::to_string(child.fds.size())},
      {"ACCELD_FDNAMES", names},
      {"ACCELD_GRANTS", PrintJson(GrantsDocument(lease.grants(), numbers))},
  };
  return child;
}

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
  ACCELD_TRY(const Document pipeline, ReadPipelineFile(options.file));
  // Before acceld learns of this process, and while it has one thread.
  if (WantsPaths(pipeline)) ACCELD_TRY_VOID(EnterMountNamespace());
  ACCELD_TRY(client::Client client, tool.Connect());
  ACCELD_TRY(client::Lease lease, client.Acquire(pipeline));
  // A signal before this ends the process, and the lease with it.
  ACCELD_TRY(const client::Signals signals,
             client::Signals::Gather({SIGCHLD, SIGINT, SIGTERM, SIGHUP, SIGQUIT,
                                      SIGUSR1, SIGUSR2, SIGALRM}));
  ACCELD_TRY(const pid_t child,
             Start(MakeChild(lease, options, signals.former_mask())));
  ACCELD_TRY(const int status, WaitFor(child, signals, lease.session_fd()));
  // Also where the command left children behind that hold the socket. That it
  // had ended by itself was told above.
  (void)lease.Release();
  return ExitStatusOf(status);
}

}  // namespace acceld::ctl
