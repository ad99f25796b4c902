// .dot: a machine for Graphviz. Packages, NUMA nodes and host bridges are
// clusters; every vertex is a node with its key as name, every link an edge.
// Source: the DOT language, https://graphviz.org/doc/info/lang.html
// Pure function; no threading rule.
#pragma once

#include <string>

#include "graph/topology.h"

namespace acceld::graph::exports {

[[nodiscard]] std::string DotText(const Topology& topology,
                                  const std::string& name);

}  // namespace acceld::graph::exports
