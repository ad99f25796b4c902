// Adds the physical functions of QAT devices as accelerators that programs
// cannot open: what they are configured for, and their health. Programs get
// their virtual functions, which the VFIO probe adds with what is found here.
// Source: probes/qat.h. Keys: accelerator:qat-0000:6b:00.0. Runs after the PCI
// and IOMMU probes, before the VFIO probe.
#pragma once

#include "base/sys_root.h"
#include "probes/fact.h"

namespace acceld::probes {

void RunQatProbe(const SysRoot& root, FactSet& facts);

}  // namespace acceld::probes
