// Tooltips: all that is known of a thing, each value with its provenance, as
// lines of text.
// Pure functions of the topology; no threading rule.
#pragma once

#include <string>
#include <vector>

#include "graph/export/picture.h"
#include "graph/topology.h"

namespace acceld::graph::exports {

// The key, the kind and every attribute; where a box stands for several, those
// of the first, and the keys of all.
[[nodiscard]] std::string TooltipOf(const Topology& topology,
                                    const std::vector<VertexId>& members);
// Of the link, or relation, that the wire stands for.
[[nodiscard]] std::string TooltipOf(const Topology& topology, const Wire& wire);

}  // namespace acceld::graph::exports
