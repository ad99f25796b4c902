// Memory that is set aside and not online: DAX devices that programs map, and
// NVDIMM regions.
//
// A DAX device that was given to the kernel as system RAM is part of a node's
// memory (the NUMA probe); one in a CXL region is part of that region (the CXL
// probe). Any other is a memory of its own, "memory:dax0.0". An NVDIMM region
// below which there is no DAX device (it is a block device, or unused) is
// "memory:nd-region1". Both are `online` false, and hang on the node that the
// kernel calls nearest.
//
// Source: /sys/bus/dax/devices (Documentation/ABI/testing/sysfs-bus-dax),
// /sys/bus/nd/devices/regionN/{size,numa_node,target_node,devtype,
// persistence_domain,mappings} (Documentation/ABI/testing/sysfs-bus-nvdimm).
// Runs after the CXL probe.
#pragma once

#include "base/sys_root.h"
#include "probes/fact.h"

namespace acceld::probes {

void RunDaxProbe(const SysRoot& root, FactSet& facts);

}  // namespace acceld::probes
