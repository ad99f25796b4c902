// Adds the PCI functions that VFIO drivers hold: a program may drive one by
// itself, its DMA confined by the IOMMU to memory that the program maps.
//
// The group's node is opened once, so a function serves one client, and that
// client has every function of the group: of several, one is offered for all,
// the first that has `functions`. The others, one whose group is not viable and
// one that no IOMMU confines have `instances` 0: they can be seen and are never
// handed out by themselves.
//
// Functions that the administrator offers (probes/vfio_offers.h) are added too,
// though another driver holds them or none: `vfio_rebind` says from which they
// are taken while they are leased.
//
// Source: probes/vfio_group.h, /sys/bus/pci/devices/ADDRESS/{driver,vfio-dev}.
// Keys: accelerator:vfio-0000:6b:00.1. Runs after the PCI, IOMMU and QAT
// probes.
#pragma once

#include <memory>

#include "base/sys_root.h"
#include "probes/changes.h"
#include "probes/fact.h"
#include "probes/probe.h"
#include "probes/settings.h"

namespace acceld::probes {

void RunVfioProbe(const SysRoot& root, FactSet& facts);
void RunVfioProbeWith(const SysRoot& root, const Settings& settings,
                      FactSet& facts);

// The same facts; functions that VFIO does not hold are looked at again only
// where `changes` touches them.
bool RerunVfioProbe(const SysRoot& root, const Settings& settings,
                    const Changes& changes,
                    std::unique_ptr<ProbeMemory>& memory, FactSet& facts);

}  // namespace acceld::probes
