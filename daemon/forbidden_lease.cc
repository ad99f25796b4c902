#include "daemon/forbidden_lease.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "placement/device_view.h"
#include "placement/stage_view.h"

namespace acceld::daemon {
namespace {

// The first device of the lease that the policy would not give, if any.
std::optional<ForbiddenLease> ByRule(const policy::Policy& policy,
                                     const graph::Topology& topology,
                                     const Lease& lease) {
  const policy::SubjectMarks subject = policy.Mark(lease.subject);
  for (std::size_t i = 0; i < lease.devices.size(); ++i) {
    const auto id = topology.Find(lease.devices[i]);
    if (!id) continue;  // it left: the lease ends for that
    const placement::Stage& stage = lease.request->stages[lease.stage_of[i]];
    const placement::StageView asked(*lease.request, stage);
    const policy::DeviceMarks device =
        policy.Mark(placement::DeviceView(topology, *id));
    const policy::Verdict verdict =
        policy.Decide(subject, device, {stage.function, &asked});
    if (verdict.allowed) continue;
    return ForbiddenLease{lease.id,
                          lease.owner,
                          lease.devices[i],
                          stage.function,
                          std::string(verdict.rule),
                          std::string(verdict.reason)};
  }
  return std::nullopt;
}

ForbiddenLease ByQuota(const Lease& lease, accounting::Over over) {
  // A quota of leases may be about no device: then the first stands for it.
  const auto found =
      std::find(lease.devices.begin(), lease.devices.end(), over.device);
  const auto i = found == lease.devices.end()
                     ? std::size_t{0}
                     : static_cast<std::size_t>(found - lease.devices.begin());
  return {.lease = lease.id,
          .owner = lease.owner,
          .device = lease.devices[i],
          .function = lease.request->stages[lease.stage_of[i]].function,
          .rule = std::move(over.entry),
          .reason = std::move(over.text),
          .is_over = true};
}

}  // namespace

std::vector<ForbiddenLease> FindForbidden(const policy::Policy& policy,
                                          const graph::Topology& topology,
                                          const accounting::Books& books,
                                          const std::vector<Lease*>& leases) {
  std::vector<ForbiddenLease> forbidden;
  std::vector<const Lease*> counted;
  std::vector<accounting::Books::Held> held;
  for (const Lease* lease : leases) {
    if (auto one = ByRule(policy, topology, *lease)) {
      forbidden.push_back(*std::move(one));
      continue;
    }
    counted.push_back(lease);
    held.push_back({&lease->lease_charge, &lease->quota});
  }
  std::vector<std::optional<accounting::Over>> over = books.Recount(held);
  for (std::size_t i = 0; i < counted.size(); ++i) {
    if (!over[i]) continue;
    forbidden.push_back(ByQuota(*counted[i], *std::move(over[i])));
  }
  return forbidden;
}

std::string ReasonFor(const ForbiddenLease& lease) {
  if (lease.is_over) return "a new policy allows less: " + lease.reason;
  std::string reason =
      "a new policy does not allow " + lease.function + " on " + lease.device;
  if (!lease.reason.empty()) reason.append(": ").append(lease.reason);
  return reason;
}

}  // namespace acceld::daemon
