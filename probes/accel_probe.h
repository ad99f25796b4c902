// The kernel's compute-accelerator class: NPUs and AI accelerators
// (habanalabs, ivpu, qaic, amdxdna, rocket, ethosu).
// Source: /sys/class/accel/accel* (Linux 6.2).
//
// Keys: accelerator:accel0. Runs after the PCI and IOMMU probes.
#pragma once

#include "base/sys_root.h"
#include "probes/fact.h"

namespace acceld::probes {

void RunAccelProbe(const SysRoot& root, FactSet& facts);

}  // namespace acceld::probes
