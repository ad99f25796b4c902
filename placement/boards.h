// Boards: hardware of which the rated power is known, with all accelerators
// that it carries: a PCI function's with its partitions and with each framework
// that offers it, or an accelerator by itself. Pure.
#pragma once

#include <vector>

#include "base/units.h"
#include "graph/topology.h"
#include "placement/accelerators.h"

namespace acceld::placement {

struct Board {
  graph::VertexId part;  // the accelerator or function that has "power"
  Microwatts power;
  std::vector<graph::VertexId> accelerators;  // in id order
};

// Those of which every accelerator is free, in id order of their parts.
// Hardware whose power nobody knows is none of them.
[[nodiscard]] std::vector<Board> FindFreeBoards(
    const graph::Topology& topology, const Accelerators& accelerators);

}  // namespace acceld::placement
