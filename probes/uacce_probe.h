// uacce (WarpDrive): accelerators whose queues are mapped into the process,
// with shared virtual addressing (HiSilicon zip, hpre, sec2 and others).
// Source: /sys/class/uacce (Documentation/ABI/testing/sysfs-driver-uacce).
//
// Keys: accelerator:hisi_zip-0. Runs after the PCI and IOMMU probes.
#pragma once

#include "base/sys_root.h"
#include "probes/fact.h"

namespace acceld::probes {

void RunUacceProbe(const SysRoot& root, FactSet& facts);

}  // namespace acceld::probes
