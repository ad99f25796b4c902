// What a command that holds a lease finds in its environment, whoever starts it
// (accelctl run, the Slurm plugin): the descriptors from 3 on, and variables
// that say what they are. docs/man/accelctl.1, "run", is the manual.
// No threading rule but that of the process's descriptors.
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "api/session.h"
#include "base/result.h"

namespace acceld::client {

// The first descriptor that a command is given; those that follow count up. As
// with systemd's LISTEN_FDS, what was open there before is replaced.
inline constexpr int kFirstHandedFd = 3;

struct LeaseEnvironment {
  // Become kFirstHandedFd and what follows: the session socket, then the grants
  // in their order. Borrowed from the lease.
  std::vector<int> fds;
  std::vector<std::pair<std::string, std::string>> variables;
};

// `lease`: object path; `session`: the client's end of the session socket.
[[nodiscard]] LeaseEnvironment EnvironmentOf(
    const std::string& lease, int session, std::span<const api::Grant> grants);

// Copies `fds` to the numbers from kFirstHandedFd on, open over exec. What they
// were before stays open as it was, unless it stood at one of these numbers.
// Errors: kNoMemory, kIo; some may be placed then.
[[nodiscard]] Status PlaceFds(std::span<const int> fds);

}  // namespace acceld::client
