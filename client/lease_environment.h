// What a command that holds a lease finds in its environment, whoever starts it
// (accelctl run, the Slurm plugin): the descriptors from 3 on, and variables
// that say what they are. docs/man/accelctl.1, "run", is the manual.
// No threading rule but that of the process's descriptors.
#pragma once

#include <array>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "api/session.h"
#include "base/result.h"

namespace acceld::client {

// The first descriptor that a command is given, as with systemd's LISTEN_FDS;
// those that follow count up.
inline constexpr int kFirstHandedFd = 3;

// Every variable that tells of a lease. Who tells of one takes these away
// first: they may be another lease's, of whoever started this process.
inline constexpr std::array kLeaseVariables{
    "ACCELD_LEASE",      "ACCELD_LEASE_SOCKET", "ACCELD_CDI_DEVICE",
    "ACCELD_SESSION_FD", "ACCELD_FDS",          "ACCELD_FDNAMES",
    "ACCELD_GRANTS"};

struct LeaseEnvironment {
  // The session socket, then the grants in their order: what PlaceFds() is to
  // place. Borrowed from the lease.
  std::vector<int> fds;
  std::vector<std::pair<std::string, std::string>> variables;
};

// `lease`: object path; `session`: the client's end of the session socket;
// `first`: the number that the session socket will have.
[[nodiscard]] LeaseEnvironment EnvironmentOf(const std::string& lease,
                                             int session,
                                             std::span<const api::Grant> grants,
                                             int first = kFirstHandedFd);

// Copies `fds` to the numbers from `first` on, open over exec. What is open at
// these numbers is replaced; what `fds` were stays open elsewhere.
// Errors: kNoMemory, kIo; some may be placed then.
[[nodiscard]] Status PlaceFds(std::span<const int> fds,
                              int first = kFirstHandedFd);

}  // namespace acceld::client
