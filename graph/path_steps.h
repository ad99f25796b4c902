// The steps of a distance's path: which link is taken from each vertex to the
// next, which of them is the weakest, and which run below what they could.
// Pure functions of the topology; thread-safe.
#pragma once

#include <string>
#include <vector>

#include "graph/topology.h"

namespace acceld::graph {

struct PathStep {
  VertexId from;
  VertexId to;
  // Of the topology, which must outlive the step. Null where the two are parts
  // of one device and no link was stated.
  const Link* link = nullptr;
  Rate rate{};           // in the direction of travel; empty without a link
  bool weakest = false;  // the least bandwidth of several (the first of them)
  // Of a PCIe link, as graph/link_width.h has them.
  std::vector<std::string> degraded{};
  std::vector<std::string> limited{};
  bool may_be_idle = false;
};

// Where links of two kinds join the same vertices, the faster is taken, as the
// fastest path takes it.
[[nodiscard]] std::vector<PathStep> StepsOf(const Topology& topology,
                                            const Distance& distance);

// Where the firmware states the pair itself (kAccess), the relation; its
// values stand for the whole path. Null otherwise.
[[nodiscard]] const Relation* StatedAccess(const Topology& topology,
                                           VertexId from, VertexId to);

}  // namespace acceld::graph
