// Tight links: which links of a machine can run out. Most requests state far
// less traffic than any link on the way has room for, and a look at all links
// is cheaper than one at all paths. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "graph/topology.h"

namespace acceld::placement {

// The least bandwidth, in bytes/s, of the links that have less than `traffic`
// of it and that a way between two of the places may take: what hangs by a
// tight link alone and holds no place is no part of any way. Nothing where
// there is no such link: then no sharing of links matters. Complexity: all
// links; all relations too where there is a tight link.
[[nodiscard]] std::optional<std::int64_t> LeastTightBandwidth(
    const graph::Topology& topology, const std::vector<graph::VertexId>& places,
    std::int64_t traffic);

}  // namespace acceld::placement
