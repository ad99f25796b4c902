#include "daemon/lease/lease.h"

#include "api/names.h"

namespace acceld::daemon {

std::string_view Name(LeaseState state) {
  switch (state) {
    case LeaseState::kGranted:
      return "granted";
    case LeaseState::kActive:
      return "active";
    case LeaseState::kReleased:
      return "released";
    case LeaseState::kRevoked:
      return "revoked";
  }
  return "revoked";
}

std::string_view StateName(const Lease& lease) {
  return lease.patience ? "lingering" : Name(lease.state);
}

std::string LeasePath(const LeaseId& id) {
  return std::string(api::kLeasePathPrefix).append(id);
}

}  // namespace acceld::daemon
