// Wording: what a box of a picture says about its vertex: a title and a few
// phrases, the most wanted first. `accel-topo show` says more; a box is small.
// Pure functions of the topology; no threading rule.
#pragma once

#include "graph/export/phrase.h"
#include "graph/hanging.h"
#include "graph/topology.h"

namespace acceld::graph::exports {

[[nodiscard]] Wording WordingOf(const Topology& topology,
                                const Hanging& hanging, const Vertex& vertex);

}  // namespace acceld::graph::exports
