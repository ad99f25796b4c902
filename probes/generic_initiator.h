// Generic initiators: NUMA nodes that stand for a device which accesses memory
// by itself, tied to that device.
// Source: SRAT's Generic Initiator Affinity Structure (ACPI 6.5, 5.2.16.6), for
// which /sys/firmware/acpi/tables must be readable (only root may).
// Single-threaded.
#pragma once

#include "base/sys_root.h"
#include "probes/fact.h"

namespace acceld::probes {

// Adds initiator_devices (keys of PCI functions) to the node, and
// initiator_node (the node's number) to each function. Handles of ACPI devices
// name no PCI function and are passed over. Runs after the NUMA and PCI probes,
// which also say what is wrong with the tables.
void RunGenericInitiatorProbe(const SysRoot& root, FactSet& facts);

}  // namespace acceld::probes
