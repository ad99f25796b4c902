#include "tests/support/brute_force.h"

#include <algorithm>
#include <string>
#include <vector>

#include "placement/device_view.h"
#include "policy/selector.h"
#include "tests/support/once_oracle.h"

namespace acceld::testing {
namespace {

using graph::VertexId;
using placement::Cost;
using placement::kHost;
using placement::Placement;
using placement::Request;

std::vector<VertexId> OfKind(const graph::Topology& topology, VertexKind kind) {
  std::vector<VertexId> ids;
  for (const graph::Vertex& vertex : topology.vertices()) {
    if (vertex.kind == kind) ids.push_back(vertex.id);
  }
  return ids;
}

class Oracle {
 public:
  Oracle(const Request& request, const placement::CandidateSet& candidates,
         const graph::Topology& topology, const placement::Occupancy& occupancy,
         const policy::Objective& objective)
      : request_(request),
        candidates_(candidates),
        topology_(topology),
        occupancy_(occupancy),
        objective_(objective),
        once_(topology, occupancy) {
    for (std::size_t s = 0; s < request.stages.size(); ++s) {
      for (std::int64_t r = 0; r < request.stages[s].count; ++r) {
        placement_.stages.push_back({s, r, VertexId(0)});
        choices_.push_back(candidates.stages[s].devices);
      }
    }
    for (std::size_t l = 0; l < request.links.size(); ++l) {
      if (!request.links[l].buffer) continue;
      placement_.buffers.push_back({l, VertexId(0)});
      choices_.push_back(OfKind(topology, VertexKind::kMemoryTarget));
    }
    choices_.push_back(OfKind(topology, VertexKind::kNumaNode));
  }

  [[nodiscard]] std::int64_t Count() const {
    std::int64_t count = 1;
    for (const auto& choice : choices_) {
      count *= static_cast<std::int64_t>(choice.size());
      if (count > 1'000'000'000) return count;
    }
    return count;
  }

  std::optional<Cost> Run() {
    Try(0);
    return least_;
  }

 private:
  void Try(std::size_t position) {
    if (position == choices_.size()) {
      Judge();
      return;
    }
    for (const VertexId id : choices_[position]) {
      if (position < placement_.stages.size()) {
        placement_.stages[position].device = id;
      } else if (position + 1 < choices_.size()) {
        placement_.buffers[position - placement_.stages.size()].memory = id;
      } else {
        placement_.host = id;
      }
      Try(position + 1);
    }
  }

  void Judge() {
    const Cost total = Total();
    if (total < 0 || (least_ && total >= *least_)) return;
    placement_.total = total;
    placement_.terms = {{"all", total, {}, {}}};
    if (placement::Verify(request_, candidates_, topology_, occupancy_,
                          objective_, placement_)) {
      least_ = total;
    }
  }

  [[nodiscard]] std::vector<VertexId> Ends(std::size_t stage) const {
    if (stage == kHost) return {placement_.host};
    std::vector<VertexId> ends;
    for (const auto& one : placement_.stages) {
      if (one.stage == stage) ends.push_back(one.device);
    }
    return ends;
  }

  // -1 where there is no path.
  [[nodiscard]] Cost Path(VertexId from, VertexId to) const {
    if (from == to) return 0;
    const auto path = topology_.CostBetween(from, to);
    if (!path.reachable) return -1;
    const std::int64_t rate = path.bandwidth.value();
    const std::int64_t block =
        (65'536'000'000'000 - 1) / rate + 1;  // rounded up
    return objective_.latency_weight * path.latency.value() +
           objective_.transfer_weight * block;
  }

  [[nodiscard]] Cost Between(const std::vector<VertexId>& from,
                             const std::vector<VertexId>& to,
                             std::int64_t traffic, std::size_t parts) const {
    const std::int64_t kilobytes = (traffic + 999) / 1000;
    const auto pairs = static_cast<std::int64_t>(parts);
    Cost total = 0;
    for (const VertexId a : from) {
      for (const VertexId b : to) {
        const Cost path = Path(a, b);
        if (path < 0) return -1;
        total += (kilobytes + pairs - 1) / pairs * path;
      }
    }
    return total;
  }

  [[nodiscard]] Cost LinkCost(std::size_t l) const {
    const auto& link = request_.links[l];
    const auto from = Ends(link.from);
    const auto to = Ends(link.to);
    const std::int64_t traffic = link.traffic.value();
    if (!link.buffer) {
      // A replica's way to itself costs nothing and takes no part.
      const std::size_t own = link.from == link.to ? from.size() : 0;
      return Between(from, to, traffic, from.size() * to.size() - own);
    }
    for (const auto& one : placement_.buffers) {
      if (one.link != l) continue;
      const Cost in = Between(from, {one.memory}, traffic, from.size());
      const Cost out = Between({one.memory}, to, traffic, to.size());
      return in < 0 || out < 0 ? -1 : in + out;
    }
    return -1;
  }

  [[nodiscard]] Cost PolicyCost(VertexId device) const {
    Cost cost = 0;
    const auto used = occupancy_.devices.find(topology_.vertex(device).key);
    if (used != occupancy_.devices.end()) {
      cost += 1'000'000 * objective_.spread_weight * used->second.instances;
    }
    const auto owner = topology_.RelatedFrom(device, RelationKind::kEngineOf);
    const auto* framework =
        topology_.vertex(owner.empty() ? device : owner.front())
            .Get(attr::kFramework);
    const auto& wanted = objective_.preferred_frameworks;
    if (wanted.empty()) return cost;
    std::size_t rank = wanted.size();
    for (std::size_t i = wanted.size(); i-- > 0;) {
      if (framework != nullptr && ToText(*framework) == wanted[i]) rank = i;
    }
    return cost +
           1'000'000 * (objective_.preferred_weight * static_cast<Cost>(rank) /
                        static_cast<Cost>(wanted.size()));
  }

  // Of an engine the attributes of its accelerator count too.
  [[nodiscard]] Cost ClassCosts(VertexId device) const {
    const placement::DeviceView view(topology_, device);
    Cost total = 0;
    for (const auto& one : objective_.class_costs) {
      const bool is_of_class = std::all_of(
          one.devices.begin(), one.devices.end(), [&](const auto& selector) {
            return policy::Matches(selector, view);
          });
      if (is_of_class) total += 1'000'000 * one.cost;
    }
    return total;
  }

  // Where "preferred" SVA is known not to work, by facts or by reports.
  [[nodiscard]] bool IsAvoided(const placement::StageAssignment& one) const {
    if (request_.stages[one.stage].sva != placement::SvaNeed::kPreferred) {
      return false;
    }
    const auto& avoided = candidates_.stages[one.stage].avoided;
    const auto owner =
        topology_.RelatedFrom(one.device, RelationKind::kEngineOf);
    const auto* sva =
        topology_.vertex(owner.empty() ? one.device : owner.front())
            .Get(attr::kSva);
    return (sva != nullptr && ToText(*sva) == "no") ||
           std::find(avoided.begin(), avoided.end(), one.device) !=
               avoided.end();
  }

  [[nodiscard]] Cost Total() const {
    Cost total = once_.CostOf(placement_, objective_);
    for (std::size_t l = 0; l < request_.links.size(); ++l) {
      const Cost cost = LinkCost(l);
      if (cost < 0) return -1;
      total += cost;
    }
    for (const auto& one : placement_.stages) {
      total += PolicyCost(one.device);
      if (IsAvoided(one)) total += 1'000'000'000'000'000;
      const auto& tainted = candidates_.stages[one.stage].tainted;
      total += 1'000'000'000'000'000 *
               std::count(tainted.begin(), tainted.end(), one.device);
      total += ClassCosts(one.device);
    }
    return total;
  }

  const Request& request_;
  const placement::CandidateSet& candidates_;
  const graph::Topology& topology_;
  const placement::Occupancy& occupancy_;
  const policy::Objective& objective_;
  std::vector<std::vector<VertexId>> choices_;
  const OnceOracle once_;
  Placement placement_;
  std::optional<Cost> least_;
};

}  // namespace

std::int64_t CountCombinations(const Request& request,
                               const placement::CandidateSet& candidates,
                               const graph::Topology& topology) {
  return Oracle(request, candidates, topology, {}, {}).Count();
}

std::optional<Cost> BruteForce(const Request& request,
                               const placement::CandidateSet& candidates,
                               const graph::Topology& topology,
                               const placement::Occupancy& occupancy,
                               const policy::Objective& objective) {
  return Oracle(request, candidates, topology, occupancy, objective).Run();
}

}  // namespace acceld::testing
