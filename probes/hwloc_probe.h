// What hwloc knows best: packages, their cores and caches, and which NUMA
// nodes lie in which package.
//
// Entities "package:N" (N is the OS's physical package id; hwloc's own number
// where the OS gives none) with attributes name, os_index, cpus, cores, caches;
// relations package -contains-> numa; attribute logical_cores of nodes that
// have CPUs. The NUMA nodes themselves and everything about memory come from
// the NUMA probe: hwloc leaves out nodes that have neither memory nor CPUs of
// their own.
//
// Single-threaded. First in the flow (FactSet).
#pragma once

#include "base/sys_root.h"
#include "probes/fact.h"

namespace acceld::probes {

// Adds facts from one hwloc topology of `root`. Requires: PrepareHwloc(root)
// (probes/probe.h); otherwise a fault is added and nothing else, for hwloc
// would describe another machine.
// Source: hwloc 2.9 reading /sys/devices/system/{cpu,node} and /proc/cpuinfo.
void RunHwlocProbe(const SysRoot& root, FactSet& facts);

}  // namespace acceld::probes
