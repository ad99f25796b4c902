// Google's Edge TPU (Coral): the out-of-tree drivers gasket and apex.
// Source: github.com/google/gasket-driver: src/apex_driver.c, src/
// gasket_core.c; /sys/class/apex/apex_N.
//
// Keys: accelerator:apex_0. Runs after the PCI and IOMMU probes.
#pragma once

#include "base/sys_root.h"
#include "probes/fact.h"

namespace acceld::probes {

void RunApexProbe(const SysRoot& root, FactSet& facts);

}  // namespace acceld::probes
