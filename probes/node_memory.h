// What else the kernel says of one node's memory: pages that failed, pages set
// aside.
// Single-threaded. Used by the NUMA probe.
//
// What changes by itself from moment to moment (MemFree, free huge pages) is
// not recorded: two snapshots of an unchanged machine are equal. Who places
// memory reads it then (daemon/grant/buffer.cc).
#pragma once

#include "probes/fact_reader.h"

namespace acceld::probes {

// Adds to the memory of node `index`
// - memory_failures, pages that hardware errors took out of use; while there
//   are any, health is "degraded" (Linux 6.4: nodeN/memory_failure/total);
// - hugepage_pools, pools of huge pages that an administrator set aside, and
//   hugepage_reserved, their bytes: nothing else can be placed there
//   (nodeN/hugepages/hugepages-SIZEkB/nr_hugepages).
// Source: Documentation/ABI/stable/sysfs-devices-node,
// Documentation/admin-guide/mm/hugetlbpage.rst.
void AddNodeMemory(const FactReader& reader, int index);

}  // namespace acceld::probes
