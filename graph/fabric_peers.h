// What a fabric of their own joins, beside the buses and sockets.
// Pure function of the topology; thread-safe.
#pragma once

#include <set>

#include "graph/topology.h"

namespace acceld::graph {

// What fabric links lead to from `from`, hubs being passed through, the hubs
// included. Asked apart from the distance: two devices below one switch that
// are joined by a fabric too talk over the fabric, although the switch has the
// lower latency. Complexity: linear in the fabric's links.
[[nodiscard]] std::set<VertexId> FabricPeersOf(const Topology& topology,
                                               VertexId from);

}  // namespace acceld::graph
