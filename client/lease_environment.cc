#include "client/lease_environment.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "base/json.h"
#include "base/unique_fd.h"
#include "client/grants_document.h"

namespace acceld::client {

LeaseEnvironment EnvironmentOf(const std::string& lease, int session,
                               std::span<const api::Grant> grants, int first) {
  LeaseEnvironment environment;
  environment.fds.push_back(session);
  std::string names = "session";
  std::vector<int> numbers;
  for (const api::Grant& grant : grants) {
    numbers.push_back(first + static_cast<int>(environment.fds.size()));
    environment.fds.push_back(grant.fd.get());
    names.append(":").append(NameOf(grant));
  }
  environment.variables = {
      {"ACCELD_LEASE", lease},
      {"ACCELD_SESSION_FD", std::to_string(first)},
      {"ACCELD_FDS", std::to_string(environment.fds.size())},
      {"ACCELD_FDNAMES", names},
      {"ACCELD_GRANTS", PrintJson(GrantsDocument(grants, numbers))},
  };
  return environment;
}

// In two steps, so that no descriptor is replaced before it was moved itself.
Status PlaceFds(std::span<const int> fds, int first) {
  const int above = first + static_cast<int>(fds.size());
  std::vector<UniqueFd> moved;
  for (const int fd : fds) {
    UniqueFd copy(::fcntl(fd, F_DUPFD_CLOEXEC, above));
    if (!copy.valid()) return FailErrno("copy a descriptor", errno);
    moved.push_back(std::move(copy));
  }
  for (std::size_t i = 0; i < moved.size(); ++i) {
    // dup2 leaves the new descriptor open over exec.
    if (::dup2(moved[i].get(), first + static_cast<int>(i)) < 0) {
      return FailErrno("place a descriptor", errno);
    }
  }
  return {};
}

}  // namespace acceld::client
