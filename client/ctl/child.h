// A command that is run with descriptors of its parent's choosing.
#pragma once

#include <signal.h>
#include <sys/types.h>

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace acceld::ctl {

// The first descriptor that a child is given; those that follow count up. As
// with systemd's LISTEN_FDS, what was open there before is replaced.
inline constexpr int kFirstChildFd = 3;

struct Child {
  std::vector<std::string> command;  // not empty
  std::vector<int> fds;              // become 3, 4, ... and survive exec
  std::vector<std::pair<std::string, std::string>> environment;  // added
  sigset_t signal_mask{};
};

// Exit statuses of a child that could not become the command, as shells have
// them.
inline constexpr int kCannotExecute = 126;
inline constexpr int kCommandNotFound = 127;

// Starts it; found by PATH. That a command does not exist shows as its exit
// status (and a line on standard error). Errors: kNoMemory, kIo.
[[nodiscard]] Result<pid_t> Start(const Child& child);

// What a shell would say of a wait status: the exit status, or 128 + signal.
[[nodiscard]] int ExitStatusOf(int wait_status);

}  // namespace acceld::ctl
