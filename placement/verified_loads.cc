#include "placement/verified_loads.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/units.h"
#include "graph/path_steps.h"
#include "placement/verified_rules.h"

namespace acceld::placement {
namespace {

// Nothing limits a link that is said to be as wide.
constexpr std::int64_t kWidest = (std::int64_t{1} << 60) - 1;

// The vertices that a direction of a link joins: two, or three where a folded
// mesh between stands for the links of its members.
using Way = std::vector<graph::VertexId>;

class Loads {
 public:
  explicit Loads(const graph::Topology& topology) : topology_(topology) {}

  void Add(graph::VertexId from, graph::VertexId to, std::int64_t share) {
    if (from == to) return;
    const auto distance = topology_.DistanceBetween(from, to);
    if (!distance) return;  // CheckLink() says so
    const auto steps = graph::StepsOf(topology_, *distance);
    if (steps.size() == 1 && steps[0].link == nullptr) {
      if (graph::StatedAccess(topology_, from, to) != nullptr) {
        Put({from, to}, distance->bandwidth.value(), share);
      }
      return;
    }
    for (std::size_t i = 0; i < steps.size(); ++i) {
      Way way{steps[i].from, steps[i].to};
      std::int64_t bandwidth = WidthOf(steps[i]);
      // Only folded meshes have the number of links that they stand for.
      const graph::Vertex& next = topology_.vertex(steps[i].to);
      const bool is_mesh = next.kind == VertexKind::kFabricHub &&
                           next.Get("pair_links") != nullptr;
      if (is_mesh && i + 1 < steps.size()) {
        ++i;
        way.push_back(steps[i].to);
        bandwidth = std::min(bandwidth, WidthOf(steps[i]));
      }
      Put(way, bandwidth, share);
    }
  }

  [[nodiscard]] Status Check() const {
    for (const auto& [way, sum] : sums_) {
      if (sum.load <= sum.bandwidth) continue;
      return Fail(ErrorCode::kInternal,
                  "placement: the link " + topology_.vertex(way.front()).key +
                      " -> " + topology_.vertex(way.back()).key +
                      " has too little bandwidth for all that goes over it");
    }
    return {};
  }

 private:
  // 256 links with 4,096 pairs of replicas each do not overflow it.
  __extension__ using Wide = __int128;
  struct Sum {
    Wide load = 0;
    std::int64_t bandwidth = 0;
  };

  // Parts of one device have no bandwidth, and a default is none.
  static std::int64_t WidthOf(const graph::PathStep& step) {
    const bool is_known =
        step.link != nullptr &&
        step.rate.bandwidth.from.evidence != Evidence::kAssumed;
    return is_known ? step.rate.bandwidth.value.value() : kWidest;
  }

  void Put(const Way& way, std::int64_t bandwidth, std::int64_t share) {
    if (bandwidth >= kWidest) return;
    Sum& sum = sums_[way];
    sum.bandwidth = bandwidth;
    sum.load += share;
  }

  const graph::Topology& topology_;
  std::map<Way, Sum> sums_;
};

void AddLink(const Request& request, const Placement& placement,
             std::size_t index, Loads& loads) {
  const PipelineLink& link = request.links[index];
  const auto from = EndsOf(placement, link.from);
  const auto to = EndsOf(placement, link.to);
  const auto share = [&](std::size_t parts) {
    return link.traffic.value() / static_cast<std::int64_t>(parts);
  };
  if (const auto memory = MemoryOf(placement, index)) {
    for (const auto a : from) loads.Add(a, *memory, share(from.size()));
    for (const auto b : to) loads.Add(*memory, b, share(to.size()));
    return;
  }
  for (std::size_t i = 0; i < from.size(); ++i) {
    for (std::size_t j = 0; j < to.size(); ++j) {
      if (link.from != link.to) {
        loads.Add(from[i], to[j], share(from.size() * to.size()));
      } else if (i != j) {  // a replica does not send to itself
        loads.Add(from[i], to[j], share(from.size() * (from.size() - 1)));
      }
    }
  }
}

}  // namespace

Status CheckLoads(const Request& request, const graph::Topology& topology,
                  const Placement& placement) {
  Loads loads(topology);
  for (std::size_t link = 0; link < request.links.size(); ++link) {
    if (request.links[link].traffic_stated) {
      AddLink(request, placement, link, loads);
    }
  }
  return loads.Check();
}

}  // namespace acceld::placement
