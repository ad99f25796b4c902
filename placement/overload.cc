#include "placement/overload.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <tuple>

#include "placement/stated_flows.h"

namespace acceld::placement {
namespace {

constexpr std::int64_t kMega = 1'000'000;

struct Load {
  Lane lane;
  std::int64_t mine = 0;    // of the link in question, in bytes/s
  std::int64_t others = 0;  // of the rest of the pipeline
};

class Loads {
 public:
  Loads(const graph::Topology& topology, const Problem& problem,
        const Assignment& found)
      : topology_(topology), problem_(problem), found_(found) {}

  void Add(const std::vector<StatedFlow>& flows, std::int64_t Load::*part) {
    for (const StatedFlow& flow : flows) {
      for (std::size_t i = 0; i < found_[flow.from].size(); ++i) {
        for (std::size_t j = 0; j < found_[flow.to].size(); ++j) {
          if (flow.from == flow.to && i == j) continue;
          AddPath(PlaceOf(flow.from, i), PlaceOf(flow.to, j), flow.share, part);
        }
      }
    }
  }
  // By lane, in the order of their vertices.
  [[nodiscard]] std::vector<Load> All() const {
    std::vector<Load> all;
    for (const auto& [identity, load] : loads_) all.push_back(load);
    return all;
  }

 private:
  [[nodiscard]] graph::VertexId PlaceOf(std::size_t c,
                                        std::size_t replica) const {
    return problem_.classes[c].domain[found_[c][replica]];
  }
  void AddPath(graph::VertexId from, graph::VertexId to, std::int64_t share,
               std::int64_t Load::*part) {
    for (const Lane& lane : LanesBetween(topology_, from, to)) {
      Load& load = loads_[lane.identity()];
      load.lane = lane;
      load.*part = AddCost(load.*part, share);
    }
  }

  const graph::Topology& topology_;
  const Problem& problem_;
  const Assignment& found_;
  std::map<std::tuple<graph::VertexId, graph::VertexId,
                      std::optional<graph::VertexId>>,
           Load>
      loads_;
};

// What `request`, and the traffic of its link number `link` on top, puts on
// links.
std::vector<Load> ListLoads(const Request& request, std::size_t link,
                            const graph::Topology& topology,
                            const Problem& problem, const Assignment& found) {
  Request others = request;
  others.links[link].traffic_stated = false;
  Request mine = request;
  for (PipelineLink& one : mine.links) one.traffic_stated = false;
  mine.links[link].traffic_stated = true;
  Loads loads(topology, problem, found);
  loads.Add(StatedFlows(others, problem.classes), &Load::others);
  loads.Add(StatedFlows(mine, problem.classes), &Load::mine);
  return loads.All();
}

bool IsOverloaded(const Load& load) {
  return load.mine > 0 &&
         AddCost(load.mine, load.others) > load.lane.bandwidth.value();
}

// Of `traffic`, which puts `load.mine` on the lane, what it has room for.
std::int64_t RoomFor(const Load& load, std::int64_t traffic) {
  __extension__ using Wide = __int128;
  const std::int64_t left = load.lane.bandwidth.value() - load.others;
  if (left <= 0) return 0;
  const auto room = static_cast<std::int64_t>(Wide{left} * traffic / load.mine);
  return room / kMega * kMega;
}

}  // namespace

std::optional<Overload> FindOverload(const Request& request, std::size_t link,
                                     const graph::Topology& topology,
                                     const Problem& problem,
                                     const Assignment& found) {
  const std::int64_t traffic =
      std::min(request.links[link].traffic.value(), kMaxCost);
  std::optional<Overload> worst;
  for (const Load& load : ListLoads(request, link, topology, problem, found)) {
    if (!IsOverloaded(load)) continue;
    const BytesPerSecond room(RoomFor(load, traffic));
    if (worst && worst->room <= room) continue;
    worst = Overload{load.lane, BytesPerSecond(AddCost(load.mine, load.others)),
                     room};
  }
  // Parts of the traffic were rounded down: a little less may be too much
  // still.
  Request less = request;
  while (worst && worst->room.value() > 0) {
    less.links[link].traffic = worst->room;
    const auto loads = ListLoads(less, link, topology, problem, found);
    if (std::none_of(loads.begin(), loads.end(), IsOverloaded)) break;
    worst->room = worst->room - BytesPerSecond(kMega);
  }
  return worst;
}

std::string ToText(const graph::Topology& topology, const Overload& overload) {
  const Lane& lane = overload.lane;
  return topology.vertex(lane.from).key + " -> " +
         topology.vertex(lane.to).key + " has " + ToString(lane.bandwidth) +
         ", and " + ToString(overload.load) + " would go over it";
}

}  // namespace acceld::placement
