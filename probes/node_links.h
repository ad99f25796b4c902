// The links of CPUs and memories, calibrated so that a path's sum gives back
// what the firmware says of its ends.
//
// With A(i, m) what the access matrix says of initiator i and memory m:
//   memory bus  (j, memory j)   latency A(j, j),            bandwidth A(j, j)
//   between i and j             latency A(i, j) - A(j, j),  bandwidth A(i, j)
// so that i -> j -> memory j costs A(i, j). A node with CPUs only is measured
// by the memory nearest to it. Forward (towards the memory) takes the values
// for writes, backward those for reads. Where A does not know the pair, SLIT's
// distance d gives (d - 10) / 10 of the assumed local latency.
//
// Pure function; no threading rule. Used by the NUMA probe.
#pragma once

#include <map>
#include <span>
#include <vector>

#include "probes/access_matrix.h"
#include "probes/fact.h"
#include "probes/numa_nodes.h"

namespace acceld::probes {

// The package that a node is in, by node index; absent where it is in none or
// in more than one.
using PackageOfNode = std::map<int, std::string>;

// In this order, each sorted by node index:
// - Memory buses: each memory to the node of its own CPUs, or, where that has
//   none, to the CPU nodes that the firmware names with the lowest latency
//   (those at the lowest distance where it names none); and to initiators
//   without CPUs that the firmware says are as near. To the memory of a GPU it
//   is no bus but a fabric, kFabric.
// - Between all pairs of CPU nodes: kOnDie in one package, else kSocketLink.
//   Attribute "distance" (SLIT, from -> to).
// - From each other node (memory or a generic initiator only) to its nearest
//   CPU node, of the same kinds, kFabric where the memory is a GPU's: one link
//   only, so that it never looks like a short cut between sockets.
[[nodiscard]] std::vector<LinkFact> BuildNodeLinks(
    std::span<const NumaNode> nodes, const PackageOfNode& packages,
    const AccessMatrix& matrix);

}  // namespace acceld::probes
