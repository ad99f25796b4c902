// Intel's Data Streaming Accelerator (DSA) and In-Memory Analytics Accelerator
// (IAA), and their work queues.
// Source: /sys/bus/dsa/devices (Documentation/ABI/stable/
// sysfs-driver-dma-idxd, Linux 5.6), drivers/dma/idxd.
//
// Keys: accelerator:dsa0, accelerator:iax1, engine:wq0.0 (the first number is
// the device's). Runs after the PCI and IOMMU probes.
#pragma once

#include "base/sys_root.h"
#include "probes/fact.h"

namespace acceld::probes {

void RunIdxdProbe(const SysRoot& root, FactSet& facts);

}  // namespace acceld::probes
