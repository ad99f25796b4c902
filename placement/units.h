// Units: sets of accelerators that are worth keeping whole, because a later
// request may want several that are near each other. Pure.
// Source: the cells of HiveD (Zhao et al., "HiveD: Sharing a GPU Cluster for
// Deep Learning with Guarantees", OSDI 2020), which are split no sooner than
// they must be.
#pragma once

#include <string>
#include <vector>

#include "graph/topology.h"
#include "placement/accelerators.h"

namespace acceld::placement {

struct Unit {
  std::string place;  // the smallest that holds all of them
  std::vector<graph::VertexId> accelerators;  // in id order
};

// The units of a machine. Each is all accelerators, two or more, that offer one
// function and have not failed, of one place:
// - below the same switch, root port or host bridge; at the same NUMA node or
//   package;
// - on the same fabric hub, or two whose fabric links lead only to each other.
// Places and functions with the same accelerators are one unit. Smaller places
// come first.
[[nodiscard]] std::vector<Unit> FindUnits(const graph::Topology& topology,
                                          const Accelerators& accelerators);

// Those of which every accelerator is free.
[[nodiscard]] std::vector<Unit> FindFreeUnits(const graph::Topology& topology,
                                              const Accelerators& accelerators);

}  // namespace acceld::placement
