// Ends of pipelines that are not accelerators: network interfaces, RDMA
// devices and NVMe controllers, each on its PCI function.
// Source: /sys/class/{net,infiniband,nvme}. Software interfaces (lo, bridges,
// tunnels) hang on no function and are passed over.
//
// Keys: nic:NAME, storage:NAME. Runs after the PCI probe.
#pragma once

#include <memory>

#include "base/sys_root.h"
#include "probes/changes.h"
#include "probes/fact.h"
#include "probes/probe.h"

namespace acceld::probes {

void RunIoDeviceProbe(const SysRoot& root, FactSet& facts);

// The same facts; where a device hangs and what drives it are read only of the
// functions that `changes` touches, of new devices, and after events of these
// classes.
bool RerunIoDeviceProbe(const SysRoot& root, const Changes& changes,
                        std::unique_ptr<ProbeMemory>& memory, FactSet& facts);

}  // namespace acceld::probes
