// Lanes: what data on its way from one place to another loads. Links are full
// duplex, so each direction of a link is a lane of its own. Pure.
#pragma once

#include <optional>
#include <tuple>
#include <vector>

#include "base/units.h"
#include "graph/topology.h"

namespace acceld::placement {

struct Lane {
  graph::VertexId from;
  graph::VertexId to;
  // A hub that was folded stands for links between each two of its members
  // (graph/fabric_fold.h): from one member through it to another is one lane.
  std::optional<graph::VertexId> hub;
  BytesPerSecond bandwidth;

  // Two lanes of equal identity are one.
  [[nodiscard]] auto identity() const { return std::tie(from, to, hub); }
};

// The lanes of the fastest path, in its order: the path that Distance has, and
// between two vertices the link of the least latency, the first of equals. Left
// out is what has no bandwidth of its own (parts of one device) and what nobody
// knows the bandwidth of (Evidence::kAssumed): a default refuses nothing. A
// pair that firmware states and no link joins is one lane. None where there is
// no path. Requires: both are of `topology`.
[[nodiscard]] std::vector<Lane> LanesBetween(const graph::Topology& topology,
                                             graph::VertexId from,
                                             graph::VertexId to);

// The bandwidth of a direction of a link; nothing where a default stands for it
// or nothing limits it (2^60 - 1 bytes/s and more: sums of traffic end there).
[[nodiscard]] std::optional<BytesPerSecond> KnownBandwidth(
    const graph::Rate& rate);

}  // namespace acceld::placement
