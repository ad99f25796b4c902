// Mediated devices: parts of a device that its driver makes on demand and hands
// to programs by VFIO (vGPUs, s390's crypto queues).
//
// The parent is an accelerator of its own, which cannot be opened: what it can
// make and how many more. Each mediated device that exists is an engine of it,
// with the node of its group, granted once. Other accelerators of the same
// function (its render node) stay as they are.
//
// Source: Documentation/ABI/testing/sysfs-bus-vfio-mdev (Linux 4.10);
// /sys/class/mdev_bus/PARENT/mdev_supported_types/TYPE/{name,description,
// device_api,available_instances,devices}.
// Keys: accelerator:mdev-0000:00:02.0, engine:mdev-UUID. Runs after the PCI and
// IOMMU probes.
#pragma once

#include "base/sys_root.h"
#include "probes/fact.h"

namespace acceld::probes {

void RunMdevProbe(const SysRoot& root, FactSet& facts);

}  // namespace acceld::probes
