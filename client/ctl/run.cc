#include <poll.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <string>
#include <utility>

#include "base/cpu_list.h"
#include "base/sys_root.h"
#include "client/affinity.h"
#include "client/ctl/child.h"
#include "client/ctl/commands.h"
#include "client/ctl/placeholders.h"
#include "client/ctl/spec_file.h"
#include "client/exit_code.h"
#include "client/lease_environment.h"
#include "client/mount_namespace.h"
#include "client/pipeline_file.h"
#include "client/signals.h"
#include "integrations/cdi/names.h"
#include "integrations/cdi/spec_directory.h"

namespace acceld::ctl {
namespace {

// What a terminal sends goes to the child as well, without our doing; an alarm
// that was set before this program began, to this process alone.
void Forward(const signalfd_siginfo& signal, pid_t child) {
  if (signal.ssi_code == SI_KERNEL && signal.ssi_signo != SIGALRM) return;
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

// Of a machine that is only described, the nodes are not this one's.
Result<client::Affinity> FindAffinity(client::Client& client,
                                      const Document& pipeline,
                                      const client::Lease& lease,
                                      const RunOptions& options) {
  if (!options.affinity) return client::Affinity();
  ACCELD_TRY(const Document mode, client.Property("Mode"));
  if (mode != Document("live")) return client::Affinity();
  ACCELD_TRY(const SysRoot root, SysRoot::Open("/"));
  return client::AffinityOf(pipeline, lease.placement(), root);
}

std::string IdOf(const client::Lease& lease) {
  const std::string& path = lease.path();
  return path.substr(path.rfind('/') + 1);
}

// What is for a container goes to it by its spec: the command itself gets the
// session socket alone, with which the lease lives.
client::LeaseEnvironment EnvironmentFor(const client::Lease& lease,
                                        const RunOptions& options) {
  client::LeaseEnvironment environment =
      client::EnvironmentOf(lease.path(), lease.session_fd(), lease.grants());
  if (!options.cdi) return environment;
  const std::string id = IdOf(lease);
  environment.variables = {
      {"ACCELD_LEASE", lease.path()},
      {"ACCELD_LEASE_SOCKET", lease.socket()},
      {"ACCELD_CDI_DEVICE",
       cdi::QualifiedName(cdi::KindOf(cdi::kVendor, cdi::kLeaseClass), id)},
      {"ACCELD_FDS", "1"},
      {"ACCELD_FDNAMES", "session"}};
  return environment;
}

Placeholders PlaceholdersFor(const client::Lease& lease,
                             const client::LeaseEnvironment& environment,
                             const client::Affinity& affinity) {
  const std::string id = IdOf(lease);
  return {{"lease", id},
          {"cdi",
           cdi::QualifiedName(cdi::KindOf(cdi::kVendor, cdi::kLeaseClass), id)},
          {"fds", std::to_string(environment.fds.size())},
          {"cpus", FormatCpuList(affinity.cpus)},
          {"mems", affinity.cpus.empty() ? std::string()
                                         : std::to_string(affinity.node)}};
}

// Whether the spec is there; if not, it is said.
Result<bool> SpecComes(const client::Lease& lease, const RunOptions& options) {
  constexpr std::chrono::seconds kPatience{5};
  Status came = WaitForSpec(
      options.cdi_directory.empty() ? cdi::kDynamicDirectory
                                    : options.cdi_directory,
      cdi::FileNameOf(cdi::kVendor, cdi::kLeaseClass, IdOf(lease)), kPatience);
  if (came) return true;
  if (came.error().code != ErrorCode::kUnavailable) {
    return Fail(std::move(came.error()));
  }
  // Here, since what helps against an acceld that is not there helps nothing.
  std::fprintf(stderr, "accelctl: %s\n", came.error().message.c_str());
  return false;
}

// How the command ended.
Result<int> RunCommand(const Child& child, const client::Signals& signals,
                       int session) {
  ACCELD_TRY(const pid_t started, Start(child));
  ACCELD_TRY(const int status, WaitFor(started, signals, session));
  return ExitStatusOf(status);
}

}  // namespace

Result<int> Run(const Tool& tool, const RunOptions& options) {
  ACCELD_TRY(const Document pipeline, client::ReadPipelineFile(options.file));
  // Before acceld learns of this process, and while it has one thread.
  if (client::WantsPaths(pipeline)) {
    ACCELD_TRY_VOID(client::EnterMountNamespace());
  }
  ACCELD_TRY(client::Client client, tool.Connect());
  ACCELD_TRY(
      client::Lease lease,
      client.Acquire(pipeline, nullptr,
                     {.label = {}, .linger = {}, .by_socket = options.cdi}));
  if (options.cdi) {
    ACCELD_TRY(const bool came, SpecComes(lease, options));
    if (!came) return static_cast<int>(client::ExitCode::kUnavailable);
  }
  Child child;
  child.lease = EnvironmentFor(lease, options);
  ACCELD_TRY(child.affinity, FindAffinity(client, pipeline, lease, options));
  child.command = FillIn(options.command,
                         PlaceholdersFor(lease, child.lease, child.affinity));
  // A signal before this ends the process, and the lease with it.
  ACCELD_TRY(const client::Signals signals,
             client::Signals::Gather({SIGCHLD, SIGINT, SIGTERM, SIGHUP, SIGQUIT,
                                      SIGUSR1, SIGUSR2, SIGALRM}));
  child.signal_mask = signals.former_mask();
  ACCELD_TRY(const int status, RunCommand(child, signals, lease.session_fd()));
  // Also where the command left children behind that hold the socket, unless
  // the lease is to be theirs. That it had ended by itself was told above.
  if (!options.detach) (void)lease.Release();
  return status;
}

}  // namespace acceld::ctl
