// The steps of a distance's path: which link is taken from each vertex to the
// next, and which of them is the weakest.
// Pure functions of the topology; no threading rule.
#pragma once

#include <vector>

#include "graph/topology.h"

namespace acceld::topo {

struct Step {
  graph::VertexId from;
  graph::VertexId to;
  // Null where the two are parts of one device and no link was stated.
  const graph::Link* link = nullptr;
  graph::Rate rate{};    // in the direction of travel; empty without a link
  bool weakest = false;  // the least bandwidth of the path (the first of them)
};

[[nodiscard]] std::vector<Step> StepsOf(const graph::Topology& topology,
                                        const graph::Distance& distance);

// Where the firmware states the pair itself (kAccess), the relation; its
// values stand for the whole path. Null otherwise.
[[nodiscard]] const graph::Relation* StatedAccess(
    const graph::Topology& topology, graph::VertexId from, graph::VertexId to);

}  // namespace acceld::topo
