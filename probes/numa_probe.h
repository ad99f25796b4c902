// NUMA nodes, their memories, and what it costs to get from one to the other.
//
// Entities "numa:N" (os_index, cpus, generic_initiator, distances) for every
// node, "memory:N" (os_index, numa_node, capacity, memory_kind, memory_tier)
// for every node with memory, and "memory-side-cache:N.L". Relations package
// -contains-> numa, memory -memory-of-> numa, numa -access-> memory with
// read_latency, write_latency, read_bandwidth, write_bandwidth, memory
// -cached-by-> cache. Links: memory buses, and links between nodes
// (probes/node_links.h). Runs after the hwloc probe, whose packages it uses.
//
// Single-threaded. First in the flow (FactSet).
#pragma once

#include <string_view>

#include "base/sys_root.h"
#include "probes/fact.h"

namespace acceld::probes {

// The subsystems of the uevents after which its facts may be others: with what
// tells the kinds of memory apart.
inline constexpr std::string_view kNumaSubsystems =
    "cpu cxl dax memory memory_tiering module nd node";

// Sources: probes/numa_nodes.h, access_matrix.h, hmat_nodes.h,
// memory_side_cache.h, memory_kind.h.
void RunNumaProbe(const SysRoot& root, FactSet& facts);

}  // namespace acceld::probes
