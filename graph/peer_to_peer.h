// Whether one device may reach another directly, and what speaks for and
// against it: the part of the path verdict that judges.
// Pure function of the topology; thread-safe.
#pragma once

#include <vector>

#include "graph/hanging.h"
#include "graph/path_verdict.h"

namespace acceld::graph {

struct PeerJudgement {
  PeerToPeer answer = PeerToPeer::kUnknown;
  std::vector<PeerFinding> findings;  // the deciding one first
  std::vector<AcsOnPath> acs;
};

// The rules, the first that holds: parts of one device; an end of the host; a
// fabric; a common switch or port, unless ACS redirects; else the root complex
// (graph/root_complex.h), across host bridges assumed not to route.
// Source: Linux 6.12 calc_map_type_and_dist (drivers/pci/p2pdma.c).
[[nodiscard]] PeerJudgement JudgePeers(const Topology& topology,
                                       const Hanging& hanging, VertexId from,
                                       VertexId to);

}  // namespace acceld::graph
