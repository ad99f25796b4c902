// What kind of memory each node's memory is: ddr, hbm, cxl, pmem or device.
// The kernel has no such attribute; the kind is read from who brought the
// memory online, and else concluded from how it performs.
//
// Single-threaded. Used by the NUMA probe.
#pragma once

#include <span>

#include "base/sys_root.h"
#include "probes/access_matrix.h"
#include "probes/fact.h"
#include "probes/numa_nodes.h"

namespace acceld::probes {

// Adds attributes memory_kind and memory_tier (the kernel's; smaller is
// faster) to each memory. The first rule that holds gives the kind:
//   device  the node is a GPU's (NumaNode::gpu)
//   cxl     most of the node's memory came online as system RAM through DAX
//           devices of a CXL region (firmware)
//   pmem    the same with DAX devices of an NVDIMM region (firmware)
//   hbm     a node without CPUs, with at least twice the bandwidth of the best
//           memory that CPUs have on their own node, or in a faster tier of
//           the kernel than all of those (computed)
//   ddr     nothing says otherwise (assumed)
// What this gives up: the HBM of a CPU that has no DDR, and kinds behind
// firmware that hides them, count as ddr. An NVDIMM or CXL region whose target
// is a node does not make the node's memory that kind: DRAM may share the
// node. Source: /sys/bus/dax/devices,
// /sys/devices/virtual/memory_tiering/memory_tierN/nodelist.
void AddMemoryKinds(const SysRoot& root, std::span<const NumaNode> nodes,
                    const AccessMatrix& matrix, FactSet& facts);

}  // namespace acceld::probes
