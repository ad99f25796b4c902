// The NUMA nodes of a machine as the kernel lists them: all of them, also
// those without CPUs, without memory, or with a generic initiator only (hwloc
// drops those).
//
// Value types; single-threaded. Used by the NUMA probe.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/sys_root.h"
#include "base/units.h"
#include "probes/fact.h"

namespace acceld::probes {

// Linux's largest MAX_NUMNODES (CONFIG_NODES_SHIFT=10).
inline constexpr int kMostNodes = 1024;
// SLIT's own numbers: what a node says of itself, and "cannot be reached".
inline constexpr int kLocalDistance = 10;
inline constexpr int kUnreachableDistance = 255;

struct NumaNode {
  int index = 0;          // the OS's number
  std::vector<int> cpus;  // online CPUs, sorted; empty: none
  Bytes memory;           // MemTotal; 0: none
  bool has_generic_initiator = false;
  std::map<int, int> distance;  // to each node, by index; empty: not known
  // The PCI address of the GPU whose own memory this is ("0004:05:00.0");
  // empty: no GPU's.
  std::string gpu = {};
};

// "sys/devices/system/node/node3"
[[nodiscard]] std::string NodePath(int index);
// "numa:3" and "memory:3"
[[nodiscard]] std::string NodeKey(int index);
[[nodiscard]] std::string MemoryKey(int index);

// All nodes, sorted by index. What cannot be believed becomes a fault of
// `facts` and is left out of the node. A kernel without NUMA has one node, 0,
// with all CPUs and all memory.
// Source: Documentation/ABI/stable/sysfs-devices-node: nodeN/{cpulist,
// cpumap, meminfo, distance}, has_generic_initiator, online; without NUMA
// /sys/devices/system/cpu/online and /proc/meminfo;
// probes/nvidia_numa_status.h.
[[nodiscard]] std::vector<NumaNode> ReadNumaNodes(const SysRoot& root,
                                                  FactSet& facts);

// Null where there is no such node.
[[nodiscard]] const NumaNode* FindNode(std::span<const NumaNode> nodes,
                                       int index);

}  // namespace acceld::probes
