// Ends of pipelines that are not accelerators: network interfaces, RDMA
// devices and NVMe controllers, each on its PCI function.
// Source: /sys/class/{net,infiniband,nvme}. Software interfaces (lo, bridges,
// tunnels) hang on no function and are passed over.
//
// Keys: nic:NAME, storage:NAME. Runs after the PCI probe.
#pragma once

#include "base/sys_root.h"
#include "probes/fact.h"

namespace acceld::probes {

void RunIoDeviceProbe(const SysRoot& root, FactSet& facts);

}  // namespace acceld::probes
