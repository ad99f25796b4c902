// HMAT of one machine in the words of its OS: firmware's proximity domains
// replaced by node numbers.
//
// Value types; single-threaded. Used by the NUMA probe.
#pragma once

#include <span>
#include <utility>
#include <vector>

#include "base/sys_root.h"
#include "probes/access_matrix.h"
#include "probes/fact.h"
#include "probes/hmat.h"
#include "probes/numa_nodes.h"

namespace acceld::probes {

struct HmatByNode {
  AccessMatrix access;
  std::vector<std::pair<int, HmatCache>> caches;  // with their nodes
};

// What HMAT says of the nodes that exist, targets only where they have memory.
// Empty on a machine without HMAT. Faults: a table cannot be read (only root
// may), is corrupt, or contradicts the nodes; then it is empty too.
// Source: /sys/firmware/acpi/tables/{HMAT,SRAT}.
[[nodiscard]] HmatByNode ReadHmatByNode(const SysRoot& root,
                                        std::span<const NumaNode> nodes,
                                        FactSet& facts);

}  // namespace acceld::probes
