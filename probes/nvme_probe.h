// What NVMe controllers add to a storage device that the io-device probe found.
// Source: /sys/class/nvme/nvmeN (drivers/nvme/host/sysfs.c); namespaces are
// block devices below it (Documentation/ABI/stable/sysfs-block: size).
//
// Who may open: the block devices are opened by path, by whom the system lets;
// they are not handed out ("grant" is "none"). A controller that is bound to
// vfio-pci is not in this class; it is a VFIO function.
//
// Serial numbers are not recorded. Controllers over a fabric hang on no
// function and are passed over.
// Keys: storage:nvme0. Runs after the io-device probe.
#pragma once

#include <memory>

#include "base/sys_root.h"
#include "probes/changes.h"
#include "probes/fact.h"
#include "probes/probe.h"

namespace acceld::probes {

// Adds model, firmware_version, transport, controller_type, health, namespaces
// with their sizes, capacity, functions and grant.
void RunNvmeProbe(const SysRoot& root, FactSet& facts);

// The same facts; model, transport and controller type are read only of the
// functions that `changes` touches and after events of the class, the rest each
// time.
bool RerunNvmeProbe(const SysRoot& root, const Changes& changes,
                    std::unique_ptr<ProbeMemory>& memory, FactSet& facts);

}  // namespace acceld::probes
