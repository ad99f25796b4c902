// ForbiddenLease: a lease that the policy in force would not give any more.
// Pure; loop thread only, because leases are.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "accounting/books.h"
#include "daemon/lease/lease.h"
#include "graph/topology.h"
#include "policy/policy.h"

namespace acceld::daemon {

// By a rule, or because it takes more than a quota or limit lets its owner
// hold.
struct ForbiddenLease {
  LeaseId lease;
  uid_t owner = 0;
  std::string device;    // key: the first that the rule or quota is about
  std::string function;  // that the lease uses it for
  std::string rule;      // "20-lab.json#/rules/2", ".../quotas/0", "limits"
  std::string reason;    // the rule's own words, which may be empty; of a
                         // quota, how much is held and allowed
  bool is_over = false;  // a quota's or limit's
  bool revoked = false;
};

// Rules first. The others are counted by the quotas in the order in which they
// were given: a lease that no longer fits beside older ones is over. So those
// that are not found hold no more than the quotas allow.
[[nodiscard]] std::vector<ForbiddenLease> FindForbidden(
    const policy::Policy& policy, const graph::Topology& topology,
    const accounting::Books& books, const std::vector<Lease*>& leases);

// What the owner is told where it is revoked for that.
[[nodiscard]] std::string ReasonFor(const ForbiddenLease& lease);

}  // namespace acceld::daemon
