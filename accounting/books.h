// Books: what every subject holds, by the limits of each user and by the quotas
// that bind it. What acceld charges its leases on, and a simulation of it.
// Not thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "accounting/accounts.h"
#include "accounting/ledger.h"
#include "accounting/over.h"
#include "base/clock.h"
#include "base/process_id.h"
#include "base/result.h"
#include "graph/topology.h"
#include "placement/placement.h"
#include "placement/quota_room.h"
#include "placement/request.h"
#include "policy/policy.h"

namespace acceld::accounting {

// On both books, until it is destroyed.
struct LeaseCharge {
  Ledger::Charge limits;
  Accounts::Charge quotas;
};

// The address spaces that a lease's devices use.
struct AddressSpaces {
  std::int64_t count = 0;
  // Whose it is, where it is one process's: its leases share it.
  std::optional<ProcessId> of = std::nullopt;
};

class Books {
 public:
  // `clock` must outlive it.
  Books(const Clock& clock, std::shared_ptr<const policy::Policy> policy,
        Accounts::MarksOf marks_of);

  // What is held stays charged, by the new policy.
  void SetPolicy(std::shared_ptr<const policy::Policy> policy);

  // The lease itself, before any work. All bounds or none, here and below.
  // Errors: kQuotaExceeded (which bound, how much is held); then `over`, unless
  // it is null, says so as data.
  [[nodiscard]] Result<LeaseCharge> TakeLease(
      const policy::Subject& subject, std::optional<Over>* over = nullptr);
  // All that a placement takes, but for the lease itself.
  [[nodiscard]] Result<LeaseCharge> TakePlacement(
      const policy::Subject& subject, const placement::Request& request,
      const graph::Topology& topology, const placement::Placement& placement,
      const AddressSpaces& spaces, std::optional<Over>* over = nullptr);
  // Before a solve. Errors: kQuotaExceeded (solver time).
  [[nodiscard]] Result<Accounts::Solve> StartSolve(
      const policy::Subject& subject) {
    return accounts_.StartSolve(subject);
  }
  // The quotas that bind the subject, with what is held of them now.
  [[nodiscard]] std::vector<placement::QuotaUse> UsesOf(
      const policy::Subject& subject) const {
    return accounts_.UsesOf(subject);
  }
  // Whether quotas would let it be taken now, beside all else that is held.
  // Requires: it was taken here, here and below.
  [[nodiscard]] bool StillFits(const LeaseCharge& charge) const {
    return accounts_.StillFits(charge.quotas);
  }

  // A lease as it stands on the books.
  struct Held {
    const LeaseCharge* lease = nullptr;      // of TakeLease()
    const LeaseCharge* placement = nullptr;  // of TakePlacement()
  };
  // Counts these leases anew by the policy in force, in the order in which they
  // were given and beside nothing else: as `leases`, what is in the way of each
  // that no longer fits; nothing where it does. Those that do fit hold no more
  // than the policy allows.
  [[nodiscard]] std::vector<std::optional<Over>> Recount(
      const std::vector<Held>& leases) const;

 private:
  [[nodiscard]] Result<LeaseCharge> Take(const Holdings& holdings,
                                         Holding holding,
                                         std::optional<Over>* over);

  const Clock& clock_;
  std::shared_ptr<const policy::Policy> policy_;
  Accounts::MarksOf marks_of_;
  Ledger ledger_;
  Accounts accounts_;
};

}  // namespace acceld::accounting
