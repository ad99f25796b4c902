// DRM render nodes: GPUs.
// Source: /sys/class/drm/renderD*, /sys/fs/cgroup/dmem.capacity (Linux 6.14).
//
// Keys: accelerator:renderD128. Runs after the PCI and IOMMU probes.
#pragma once

#include "base/sys_root.h"
#include "probes/fact.h"

namespace acceld::probes {

void RunDrmProbe(const SysRoot& root, FactSet& facts);

}  // namespace acceld::probes
