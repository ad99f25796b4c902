// CXL: memory devices, the regions that they back, and the ports and decoders
// on the way to them.
// Source: /sys/bus/cxl/devices (Documentation/ABI/testing/sysfs-bus-cxl).
//
// A memory device is no device of its own here: what the kernel says of "mem0"
// is recorded on its PCI function. /dev/cxl/mem0 manages it and moves no data,
// so it is not offered to anybody. The kernel shows no health in sysfs: it
// sends trace events.
//
// Keys: memory:region0, memory:mem0 (what is not online). Runs after the NUMA
// and PCI probes.
#pragma once

#include <memory>

#include "base/sys_root.h"
#include "probes/changes.h"
#include "probes/fact.h"
#include "probes/probe.h"

namespace acceld::probes {

void RunCxlProbe(const SysRoot& root, FactSet& facts);

// The same; its facts stand unless `changes` touches memory, the CXL bus, or a
// function that the bus's devices are or are below.
bool RerunCxlProbe(const SysRoot& root, const Changes& changes,
                   std::unique_ptr<ProbeMemory>& memory, FactSet& facts);

}  // namespace acceld::probes
