// Where a command should run: on the CPUs that its pipeline names, or else on
// those of the NUMA node that the placement names for the client, with memory
// from there. One thread at a time.
#pragma once

#include <string>
#include <vector>

#include "base/document.h"
#include "base/result.h"
#include "base/sys_root.h"

namespace acceld::client {

struct Affinity {
  int node = 0;           // its number
  std::vector<int> cpus;  // sorted; of those, what this process may use
};

// Nothing to keep to (no CPUs) where the placement names no node, the node is
// not one of this machine, or none of the CPUs are this process's to use (a
// cpuset, taskset). `root` is the live machine's. Errors: kCorruptInput, kIo.
// Source: Documentation/ABI/stable/sysfs-devices-node: nodeN/cpulist;
// sched_getaffinity(2).
[[nodiscard]] Result<Affinity> AffinityOf(const Document& pipeline,
                                          const Document& placement,
                                          const SysRoot& root);

// Binds the calling thread, and what it starts, to the CPUs, and has its memory
// taken from the node where that has any (MPOL_PREFERRED: elsewhere where it
// has none). Does nothing without CPUs. A kernel without NUMA, or a container
// that forbids set_mempolicy, is no error. Errors: kPermissionDenied,
// kInvalidArgument (the CPUs are not there any more), kIo.
// Source: sched_setaffinity(2), set_mempolicy(2).
[[nodiscard]] Status KeepTo(const Affinity& affinity);

}  // namespace acceld::client
