#include "placement/policy_terms.h"

#include <algorithm>
#include <string>
#include <vector>

#include "placement/device_capacity.h"
#include "policy/selector.h"

namespace acceld::placement {
namespace {

bool Has(const std::vector<graph::VertexId>& devices, graph::VertexId device) {
  return std::find(devices.begin(), devices.end(), device) != devices.end();
}

}  // namespace

Cost SpreadCost(const policy::Objective& objective, const Occupancy& occupancy,
                const DeviceView& device) {
  const DeviceUse use = UseOf(occupancy, device.vertex().key);
  return MultiplyCost(kReferenceTraffic,
                      MultiplyCost(objective.spread_weight, use.instances));
}

Cost PackCost(const policy::Objective& objective) {
  return MultiplyCost(kReferenceTraffic, objective.pack_weight);
}

Cost PowerCost(const policy::Objective& objective, Microwatts power) {
  static_assert(kReferenceTraffic == 1'000'000);  // microwatts in a watt
  return MultiplyCost(objective.power_weight, power.value());
}

Cost KeepWholeCost(const policy::Objective& objective) {
  return MultiplyCost(kReferenceTraffic, objective.keep_whole_weight);
}

Cost PreferenceCost(const policy::Objective& objective,
                    const DeviceView& device) {
  const auto& preferred = objective.preferred_frameworks;
  if (preferred.empty()) return 0;
  const auto* framework = device.GetAs<std::string>(attr::kFramework);
  const auto found =
      framework == nullptr
          ? preferred.end()
          : std::find(preferred.begin(), preferred.end(), *framework);
  const auto rank = static_cast<Cost>(found - preferred.begin());
  const auto count = static_cast<Cost>(preferred.size());
  // floor(weight x rank / count), without the product that may overflow.
  const Cost weight = objective.preferred_weight;
  const Cost nanoseconds = AddCost(MultiplyCost(weight / count, rank),
                                   weight % count * rank / count);
  return MultiplyCost(kReferenceTraffic, nanoseconds);
}

Cost ClassesCost(const policy::Objective& objective, const DeviceView& device) {
  Cost cost = 0;
  for (const policy::ClassCost& one : objective.class_costs) {
    if (policy::MatchesAll(one.devices, device)) {
      cost = AddCost(cost, MultiplyCost(kReferenceTraffic, one.cost));
    }
  }
  return cost;
}

Cost SvaCost(const StageCandidates& candidates, graph::VertexId device) {
  return Has(candidates.avoided, device) ? kAvoidedCost : 0;
}

Cost TaintCost(const StageCandidates& candidates, graph::VertexId device) {
  return Has(candidates.tainted, device) ? kAvoidedCost : 0;
}

}  // namespace acceld::placement
