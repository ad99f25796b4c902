#include "placement/lanes.h"

#include <algorithm>
#include <cstdint>

#include "graph/path_steps.h"
#include "placement/cost.h"

namespace acceld::placement {
namespace {

// The rate of the link that data takes from `a` to its neighbour `b`; null
// where no link joins the two.
const graph::Rate* RateOfStep(const graph::Topology& topology,
                              graph::VertexId a, graph::VertexId b) {
  const graph::Rate* fastest = nullptr;
  for (const std::uint32_t index : topology.LinksOf(a)) {
    const graph::Link& link = topology.links()[index];
    const bool is_forward = link.from == a;
    if ((is_forward ? link.to : link.from) != b) continue;
    const graph::Rate& rate = is_forward ? link.forward : link.backward;
    if (fastest == nullptr || rate.latency.value < fastest->latency.value) {
      fastest = &rate;
    }
  }
  return fastest;
}

// Whether it stands for a link between each two of its members; any other hub
// is a crossbar that each member has one link to.
bool IsFolded(const graph::Vertex& vertex) {
  return vertex.kind == VertexKind::kFabricHub &&
         vertex.Get("pair_links") != nullptr;
}

std::optional<BytesPerSecond> Narrower(std::optional<BytesPerSecond> a,
                                       std::optional<BytesPerSecond> b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

}  // namespace

std::optional<BytesPerSecond> KnownBandwidth(const graph::Rate& rate) {
  const bool is_known = rate.bandwidth.from.evidence != Evidence::kAssumed &&
                        rate.bandwidth.value.value() < kMaxCost;
  if (!is_known) return std::nullopt;
  return rate.bandwidth.value;
}

std::vector<Lane> LanesBetween(const graph::Topology& topology,
                               graph::VertexId from, graph::VertexId to) {
  std::vector<Lane> lanes;
  if (from == to) return lanes;
  const auto distance = topology.DistanceBetween(from, to);
  if (!distance) return lanes;
  const std::vector<graph::VertexId>& path = distance->path;
  if (path.size() == 2 && RateOfStep(topology, from, to) == nullptr &&
      graph::StatedAccess(topology, from, to) != nullptr) {
    lanes.push_back({from, to, std::nullopt, distance->bandwidth});
    return lanes;
  }
  for (std::size_t i = 0; i + 1 < path.size(); ++i) {
    const graph::Rate* rate = RateOfStep(topology, path[i], path[i + 1]);
    auto bandwidth = rate == nullptr ? std::nullopt : KnownBandwidth(*rate);
    Lane lane{path[i], path[i + 1], std::nullopt, {}};
    if (i + 2 < path.size() && IsFolded(topology.vertex(lane.to))) {
      ++i;
      lane.hub = lane.to;
      lane.to = path[i + 1];
      const graph::Rate* out = RateOfStep(topology, path[i], lane.to);
      if (out != nullptr) {
        bandwidth = Narrower(bandwidth, KnownBandwidth(*out));
      }
    }
    if (!bandwidth) continue;
    lane.bandwidth = *bandwidth;
    lanes.push_back(lane);
  }
  return lanes;
}

}  // namespace acceld::placement
