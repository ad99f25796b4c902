// Interfaces: one device that stands under several frameworks, as an AMD GPU
// does under kfd (computing) and under drm (a render node). Each interface is
// an accelerator of its own, for each is granted in its own way. Pure function
// of the topology; no threading rule.
#pragma once

#include <vector>

#include "graph/topology.h"

namespace acceld::topo {

// The other accelerators that are the same device as this one: those whose node
// its `render_node` names, or that name its node; where neither names one,
// those of another framework on the same PCI function. In the order of the
// topology; none where it is no accelerator.
[[nodiscard]] std::vector<graph::VertexId> OtherInterfacesOf(
    const graph::Topology& topology, const graph::Vertex& vertex);

}  // namespace acceld::topo
