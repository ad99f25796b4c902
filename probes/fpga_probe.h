// Adds FPGAs that only the kernel's FPGA core speaks of: managers and regions
// of SoCs, which the device tree programs. No program opens one; what they are
// and how well is all there is to say. Those of DFL devices are told with these
// (probes/dfl_probe.h).
// Source: probes/fpga.h. Keys: accelerator:fpga0, accelerator:region0. Runs
// after the PCI and IOMMU probes.
#pragma once

#include "base/sys_root.h"
#include "probes/fact.h"

namespace acceld::probes {

void RunFpgaProbe(const SysRoot& root, FactSet& facts);

}  // namespace acceld::probes
