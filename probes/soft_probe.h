// The software accelerators that acceld itself provides (docs/soft-queue.md):
// one per NUMA node with CPUs and class of functions.
//
// Entities "accelerator:softN-CLASS" (N: the node; CLASS: copy, deflate,
// digest, checksum) with a link on-die to numa:N. They are of the machine that
// the daemon runs on, whatever is plugged into it.
#pragma once

#include "base/sys_root.h"
#include "probes/fact.h"

namespace acceld::probes {

// Adds them where `root` is live. A recorded machine gets none: the processes
// would run here, not there.
void RunSoftProbe(const SysRoot& root, FactSet& facts);

// Adds them for the nodes of `root`, live or not. A machine without a node
// directory (a kernel without CONFIG_NUMA) has node 0.
// Source: Documentation/ABI/stable/sysfs-devices-node: nodeN/cpulist.
void AddSoftAccelerators(const SysRoot& root, FactSet& facts);

}  // namespace acceld::probes
