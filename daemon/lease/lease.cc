#include "daemon/lease/lease.h"

#include <sys/random.h>

#include <array>
#include <cerrno>

#include "api/names.h"

namespace acceld::daemon {

std::string_view Name(LeaseState state) {
  switch (state) {
    case LeaseState::kGranted:
      return "granted";
    case LeaseState::kActive:
      return "active";
    case LeaseState::kDegraded:
      return "degraded";
    case LeaseState::kReleased:
      return "released";
    case LeaseState::kRevoked:
      return "revoked";
  }
  return "revoked";
}

std::string LeasePath(const LeaseId& id) {
  return std::string(api::kLeasePathPrefix).append(id);
}

Result<LeaseId> MakeLeaseId() {
  std::array<unsigned char, 16> random{};
  if (::getrandom(random.data(), random.size(), 0) !=
      static_cast<ssize_t>(random.size())) {
    return FailErrno("getrandom", errno);
  }
  constexpr std::string_view kDigits = "0123456789abcdef";
  LeaseId id;
  for (const unsigned char byte : random) {
    id.push_back(kDigits[byte >> 4]);
    id.push_back(kDigits[byte & 15]);
  }
  return id;
}

}  // namespace acceld::daemon
