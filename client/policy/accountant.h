// Accountant: what subjects hold against the quotas and limits of a policy,
// in a simulation. Solver time is not charged: it is the time of whoever
// simulates, not of the machine.
// Not thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "client/policy/attempt.h"
#include "graph/topology.h"
#include "placement/placement.h"
#include "placement/request.h"
#include "policy/policy.h"

namespace acceld::policy_tool {

// What is held, or what a lease takes.
struct Amounts {
  std::map<std::string, std::int64_t> opens;  // by device
  std::int64_t pasids = 0;
  std::int64_t memory = 0;   // bytes, of the devices
  std::int64_t buffers = 0;  // bytes
  std::int64_t leases = 0;
};

class Accountant {
 public:
  // What one lease takes, by account.
  using Charge = std::vector<std::pair<std::string, Amounts>>;

  Accountant(std::shared_ptr<const policy::Policy> policy,
             std::shared_ptr<const graph::Topology> topology)
      : policy_(std::move(policy)), topology_(std::move(topology)) {}

  // Charges a placement, or charges nothing and says which bound is in the
  // way. Requires: the placement is one of the request.
  [[nodiscard]] std::optional<Refused> Take(
      const placement::Request& request, const policy::Subject& subject,
      const placement::Placement& placement, Charge& charge);
  // Requires: it was taken.
  void GiveBack(const Charge& charge);

 private:
  [[nodiscard]] std::optional<Refused> CheckLimits(
      const policy::Subject& subject, const Amounts& lease) const;

  std::shared_ptr<const policy::Policy> policy_;
  std::shared_ptr<const graph::Topology> topology_;
  std::map<std::string, Amounts> held_;  // by account
};

}  // namespace acceld::policy_tool
