// Where the parts of a pipeline that are no accelerators may be: the client's
// CPUs and the buffers' memory. Pure.
#pragma once

#include <vector>

#include "graph/topology.h"
#include "placement/occupancy.h"
#include "placement/request.h"

namespace acceld::placement {

// NUMA nodes with CPUs, in key order; where the client names its CPUs, those
// that have at least one of them.
[[nodiscard]] std::vector<graph::VertexId> HostNodes(
    const graph::Topology& topology, const Client& client);

// Memory targets that can hold the buffer, in key order: of the kind wanted
// (any but "device" where none is), of known capacity and with enough free.
[[nodiscard]] std::vector<graph::VertexId> BufferTargets(
    const graph::Topology& topology, const Occupancy& occupancy,
    const Buffer& buffer);

}  // namespace acceld::placement
