// What the tree cannot show: links that join its branches (socket links,
// fabrics) and memories that several devices share.
// Pure functions of the topology; no threading rule.
#pragma once

#include <functional>
#include <string>

#include "client/topo/look.h"
#include "graph/hanging.h"
#include "graph/topology.h"

namespace acceld::topo {

// Appends one line for each bundle of links of one kind and rate, or nothing
// where the tree shows everything. Links of which an end is not kept are left
// out.
void AppendLinks(const graph::Topology& topology, const graph::Hanging& hanging,
                 const Look& look,
                 const std::function<bool(const graph::Vertex&)>& keep,
                 std::string& out);

}  // namespace acceld::topo
