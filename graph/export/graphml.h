// .graphml: a machine for graph libraries and viewers (NetworkX, igraph,
// Gephi, yEd). Nodes are vertices with their keys as ids; edges are links
// (class "link") and relations (class "relation"). Every attribute is data of
// a typed key; NAME.from says where its value comes from. Quantities are
// numbers of bytes, bytes a second, nanoseconds, mega-transfers a second or
// lanes.
// Source: http://graphml.graphdrawing.org/specification.html
// Pure function; no threading rule.
#pragma once

#include <string>

#include "graph/topology.h"

namespace acceld::graph::exports {

[[nodiscard]] std::string GraphmlText(const Topology& topology,
                                      const std::string& name);

}  // namespace acceld::graph::exports
