// Adds the PCI functions that VFIO drivers hold: a program may drive one by
// itself, its DMA confined by the IOMMU to memory that the program maps.
//
// The group's node is opened once, so a function serves one client. One whose
// group is not viable, or that no IOMMU confines, has `instances` 0: it can be
// seen and is never handed out.
//
// Source: probes/vfio_group.h, /sys/bus/pci/devices/ADDRESS/{driver,vfio-dev}.
// Keys: accelerator:vfio-0000:6b:00.1. Runs after the PCI, IOMMU and QAT
// probes.
#pragma once

#include "base/sys_root.h"
#include "probes/fact.h"

namespace acceld::probes {

void RunVfioProbe(const SysRoot& root, FactSet& facts);

}  // namespace acceld::probes
