#include "placement/achieved.h"

#include <algorithm>
#include <limits>
#include <vector>

namespace acceld::placement {
namespace {

using Places = std::vector<graph::VertexId>;

struct Way {
  bool reachable = true;
  Nanoseconds latency;  // of the slowest
  BytesPerSecond bandwidth{std::numeric_limits<std::int64_t>::max()};
};

class LinkMeter {
 public:
  LinkMeter(const Request& request, std::size_t link,
            const graph::Topology& topology, const Problem& problem,
            const Assignment& found)
      : topology_(topology),
        from_(End(problem, found, request.links[link].from)),
        to_(End(problem, found, request.links[link].to)),
        buffer_(Of(problem, found, VariableClass::Kind::kBuffer, link)) {}

  [[nodiscard]] std::string Locality() const {
    auto farthest = acceld::Locality::kSameDevice;
    for (const graph::VertexId a : from_) {
      for (const graph::VertexId b : to_) {
        farthest = std::max(farthest, topology_.LocalityOf(a, b));
      }
    }
    return std::string(Name(farthest));
  }

  [[nodiscard]] Way Whole() const {
    if (buffer_.empty()) return Between(from_, to_);
    Way way = Between(from_, buffer_);
    const Way out = Between(buffer_, to_);
    way.reachable = way.reachable && out.reachable;
    way.latency = way.latency + out.latency;
    way.bandwidth = std::min(way.bandwidth, out.bandwidth);
    return way;
  }

 private:
  [[nodiscard]] static Places Of(const Problem& problem,
                                 const Assignment& found,
                                 VariableClass::Kind kind, std::size_t index) {
    Places places;
    for (std::size_t c = 0; c < problem.classes.size(); ++c) {
      const VariableClass& of = problem.classes[c];
      if (of.kind != kind) continue;
      if (kind != VariableClass::Kind::kHostNode && of.index != index) continue;
      for (const std::size_t value : found[c]) {
        places.push_back(of.domain[value]);
      }
    }
    return places;
  }

  [[nodiscard]] static Places End(const Problem& problem,
                                  const Assignment& found, std::size_t stage) {
    return Of(problem, found,
              stage == kHost ? VariableClass::Kind::kHostNode
                             : VariableClass::Kind::kStage,
              stage);
  }

  [[nodiscard]] Way Between(const Places& from, const Places& to) const {
    Way way;
    for (const graph::VertexId a : from) {
      for (const graph::VertexId b : to) {
        if (a == b) continue;  // data does not leave the device
        const auto path = topology_.CostBetween(a, b);
        way.reachable = way.reachable && path.reachable;
        way.latency = std::max(way.latency, path.latency);
        way.bandwidth = std::min(way.bandwidth, path.bandwidth);
      }
    }
    return way;
  }

  const graph::Topology& topology_;
  const Places from_;
  const Places to_;
  const Places buffer_;
};

}  // namespace

std::string AchievedLimit(const Relaxation& demand, const Request& request,
                          const graph::Topology& topology,
                          const Problem& problem, const Assignment& found) {
  const bool is_limit = demand.kind == "locality" ||
                        demand.kind == "bandwidth" || demand.kind == "latency";
  if (!is_limit) return {};
  const LinkMeter meter(request, demand.index, topology, problem, found);
  if (demand.kind == "locality") return meter.Locality();
  const Way way = meter.Whole();
  if (!way.reachable) return {};
  return demand.kind == "latency" ? ToString(way.latency)
                                  : ToString(way.bandwidth);
}

}  // namespace acceld::placement
