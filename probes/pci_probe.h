// PCI: functions, bridges and host bridges, the links between them, what their
// configuration space says about address translation, and which virtual
// function belongs to which physical one.
// Source: /sys/bus/pci/devices (Documentation/ABI/testing/sysfs-bus-pci).
//
// Keys: host-bridge:DDDD:BB, root-port:BDF, switch-port:BDF, pci:BDF.
#pragma once

#include "base/sys_root.h"
#include "probes/fact.h"

namespace acceld::probes {

void RunPciProbe(const SysRoot& root, FactSet& facts);

}  // namespace acceld::probes
