// Memory-side caches: caches in front of a memory that belong to it and not to
// a CPU (HBM that caches DDR, for example).
//
// Single-threaded. Used by the NUMA probe.
#pragma once

#include <span>

#include "base/sys_root.h"
#include "probes/fact.h"
#include "probes/hmat_nodes.h"
#include "probes/numa_nodes.h"

namespace acceld::probes {

// Adds "memory-side-cache:NODE.LEVEL" with attributes capacity, line_size,
// indexing ("direct-mapped", "complex", "other") and write_policy
// ("write-back", "write-through", "other"), and memory -cached-by-> cache.
// From sysfs; from `hmat` for nodes of which sysfs has none (a kernel built
// without HMAT).
// Source: Documentation/ABI/stable/sysfs-devices-node:
// nodeN/memory_side_cache/indexM/{size,line_size,indexing,write_policy}.
void AddMemorySideCaches(const SysRoot& root, std::span<const NumaNode> nodes,
                         const HmatByNode& hmat, FactSet& facts);

}  // namespace acceld::probes
