// The parts of `show` around the tree: one line of totals, IOMMU units and
// groups, what was not found, and faults.
// Pure functions of the topology; no threading rule.
#pragma once

#include <cstddef>
#include <string>

#include "client/topo/look.h"
#include "graph/topology.h"

namespace acceld::topo {

// "machine  2 packages  4 NUMA nodes  126GiB in 4 memories  ...".
void AppendTotals(const graph::Topology& topology, const std::string& origin,
                  const Look& look, std::string& out);

// Units with what they translate, and the groups of more than one function
// (such a group is granted as a whole or not at all).
void AppendIommu(const graph::Topology& topology, const Look& look,
                 std::string& out);

// What a machine always has and no source told; nothing where all is there.
void AppendGaps(const graph::Topology& topology, const Look& look,
                std::string& out);

// The count, and at most `most` faults.
void AppendFaults(const graph::Topology& topology, std::size_t most,
                  const Look& look, std::string& out);

}  // namespace acceld::topo
