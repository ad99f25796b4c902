#include "placement/verified_cost.h"

#include <string>

#include "placement/device_capacity.h"
#include "placement/device_view.h"
#include "placement/verified_once.h"
#include "placement/verified_rules.h"
#include "policy/selector.h"

namespace acceld::placement {
namespace {

// Twice as wide as a cost: nothing overflows before it is clamped.
__extension__ using Wide = unsigned __int128;

constexpr Wide kGigabyte = 1'000'000;  // kB: weighs the policy's terms

Wide Clamp(Wide value) {
  const auto most = static_cast<Wide>(kMaxCost);
  return value < most ? value : most;
}

Wide Widen(std::int64_t value) { return static_cast<Wide>(value); }

Wide CeilOf(Wide a, Wide b) { return (a + b - 1) / b; }

class Sum {
 public:
  Sum(const graph::Topology& topology, const policy::Objective& objective)
      : topology_(topology), objective_(objective) {}

  void AddPath(graph::VertexId from, graph::VertexId to, Wide kilobytes) {
    if (from == to) return;
    const graph::Topology::Cost path = topology_.CostBetween(from, to);
    const Wide transfer =
        CeilOf(Wide{65536} * 1'000'000'000, Widen(path.bandwidth.value()));
    const Wide latency =
        Clamp(Widen(objective_.latency_weight) * Widen(path.latency.value()));
    const Wide block = Clamp(Widen(objective_.transfer_weight) * transfer);
    Add(kilobytes * Clamp(latency + block));
  }
  void Add(Wide cost) { total_ = Clamp(total_ + Clamp(cost)); }
  [[nodiscard]] Cost total() const { return static_cast<Cost>(total_); }

 private:
  const graph::Topology& topology_;
  const policy::Objective& objective_;
  Wide total_ = 0;
};

Wide Share(BytesPerSecond traffic, std::size_t parts) {
  return CeilOf(CeilOf(Widen(traffic.value()), 1000), parts);
}

// Each replica to each other one.
void AddExchange(const PipelineLink& link, const Placement& placement,
                 Sum& sum) {
  const auto replicas = EndsOf(placement, link.from);
  for (std::size_t i = 0; i < replicas.size(); ++i) {
    for (std::size_t j = 0; j < replicas.size(); ++j) {
      if (i == j) continue;
      sum.AddPath(replicas[i], replicas[j],
                  Share(link.traffic, replicas.size() * (replicas.size() - 1)));
    }
  }
}

void AddLink(const Request& request, const Placement& placement,
             std::size_t index, Sum& sum) {
  const PipelineLink& link = request.links[index];
  if (link.from == link.to) {
    AddExchange(link, placement, sum);
    return;
  }
  const auto from = EndsOf(placement, link.from);
  const auto to = EndsOf(placement, link.to);
  if (const auto memory = MemoryOf(placement, index)) {
    for (const auto a : from) {
      sum.AddPath(a, *memory, Share(link.traffic, from.size()));
    }
    for (const auto b : to) {
      sum.AddPath(*memory, b, Share(link.traffic, to.size()));
    }
    return;
  }
  for (const auto a : from) {
    for (const auto b : to) {
      sum.AddPath(a, b, Share(link.traffic, from.size() * to.size()));
    }
  }
}

void AddPolicy(const graph::Topology& topology, const Occupancy& occupancy,
               const policy::Objective& objective, graph::VertexId id,
               Sum& sum) {
  const DeviceView device(topology, id);
  const DeviceUse use = UseOf(occupancy, device.vertex().key);
  sum.Add(kGigabyte *
          Clamp(Widen(objective.spread_weight) * Widen(use.instances)));
  for (const policy::ClassCost& one : objective.class_costs) {
    bool is_of_class = true;
    for (const policy::Selector& selector : one.devices) {
      is_of_class = is_of_class && policy::Matches(selector, device);
    }
    if (is_of_class) sum.Add(kGigabyte * Widen(one.cost));
  }
  const auto& preferred = objective.preferred_frameworks;
  if (preferred.empty()) return;
  const auto* framework = device.GetAs<std::string>(attr::kFramework);
  std::size_t rank = 0;
  while (rank < preferred.size() &&
         (framework == nullptr || preferred[rank] != *framework)) {
    ++rank;
  }
  sum.Add(kGigabyte *
          Clamp(Widen(objective.preferred_weight) * rank / preferred.size()));
}

bool IsAvoided(const Stage& stage, const StageCandidates& candidates,
               const DeviceView& device) {
  if (stage.sva != SvaNeed::kPreferred) return false;
  for (const graph::VertexId id : candidates.avoided) {
    if (id == device.vertex().id) return true;
  }
  // Found out here too, so that a list that misses one is noticed.
  const auto* sva = device.GetAs<std::string>(attr::kSva);
  return sva != nullptr && *sva == "no";
}

void AddPaidOnce(const graph::Topology& topology, const Occupancy& occupancy,
                 const policy::Objective& objective, const Placement& placement,
                 Sum& sum) {
  if (objective.pack_weight + objective.power_weight +
          objective.keep_whole_weight ==
      0) {
    return;
  }
  const PaidOnce paid = CountPaidOnce(topology, occupancy, placement);
  for (std::int64_t i = 0; i < paid.accelerators; ++i) {
    sum.Add(kGigabyte * Widen(objective.pack_weight));
  }
  for (const Microwatts power : paid.powers) {
    sum.Add(kGigabyte *
            Clamp(Widen(objective.power_weight) * Widen(power.value())) /
            1'000'000);
  }
  for (std::int64_t i = 0; i < paid.units; ++i) {
    sum.Add(kGigabyte * Widen(objective.keep_whole_weight));
  }
}

}  // namespace

Cost VerifiedCost(const Request& request, const CandidateSet& candidates,
                  const graph::Topology& topology, const Occupancy& occupancy,
                  const policy::Objective& objective,
                  const Placement& placement) {
  Sum sum(topology, objective);
  for (std::size_t link = 0; link < request.links.size(); ++link) {
    AddLink(request, placement, link, sum);
  }
  for (const StageAssignment& one : placement.stages) {
    AddPolicy(topology, occupancy, objective, one.device, sum);
    if (IsAvoided(request.stages[one.stage], candidates.stages[one.stage],
                  DeviceView(topology, one.device))) {
      sum.Add(kGigabyte * Wide{1'000'000'000});
    }
    for (const graph::VertexId id : candidates.stages[one.stage].tainted) {
      if (id == one.device) sum.Add(kGigabyte * Wide{1'000'000'000});
    }
  }
  AddPaidOnce(topology, occupancy, objective, placement, sum);
  return sum.total();
}

}  // namespace acceld::placement
