// A command that is run with descriptors of its parent's choosing.
#pragma once

#include <signal.h>
#include <sys/types.h>

#include <string>
#include <vector>

#include "base/result.h"
#include "client/affinity.h"
#include "client/lease_environment.h"

namespace acceld::ctl {

struct Child {
  std::vector<std::string> command;  // not empty
  client::LeaseEnvironment lease;    // what it is given
  client::Affinity affinity;         // where it is to run
  sigset_t signal_mask{};
};

// Exit statuses of a child that could not become the command, as shells have
// them.
inline constexpr int kCannotExecute = 126;
inline constexpr int kCommandNotFound = 127;

// Starts it; found by PATH. With LISTEN_PID, LISTEN_FDS and LISTEN_FDNAMES too
// (sd_listen_fds(3)), which container engines know. That a command does not
// exist shows as its exit status (and a line on standard error). Errors:
// kNoMemory, kIo.
[[nodiscard]] Result<pid_t> Start(const Child& child);

// Becomes it, in the place of this process. Requires: one thread. That it does
// not exist is said on standard error, and the exit status.
[[noreturn]] void Become(const Child& child);

// What a shell would say of a wait status: the exit status, or 128 + signal.
[[nodiscard]] int ExitStatusOf(int wait_status);

}  // namespace acceld::ctl
