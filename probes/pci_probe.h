// PCI: functions, bridges and host bridges, the links between them, what their
// configuration space says about address translation, and which virtual
// function belongs to which physical one.
// Source: /sys/bus/pci/devices (Documentation/ABI/testing/sysfs-bus-pci).
//
// Keys: host-bridge:DDDD:BB, root-port:BDF, switch-port:BDF, pci:BDF.
#pragma once

#include <memory>

#include "base/sys_root.h"
#include "probes/changes.h"
#include "probes/fact.h"
#include "probes/probe.h"

namespace acceld::probes {

void RunPciProbe(const SysRoot& root, FactSet& facts);

// The same; files are read only of the functions that `changes` touches and of
// the bridges above, and of new ones. Its facts stand where these say what they
// said before.
bool RerunPciProbe(const SysRoot& root, const Changes& changes,
                   std::unique_ptr<ProbeMemory>& memory, FactSet& facts);

}  // namespace acceld::probes
