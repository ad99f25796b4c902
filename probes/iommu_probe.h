// IOMMU: units and what they can do, groups and domain types, the PASID width
// that a function can really use, and whether shared virtual addressing may
// work on it.
// Source: /sys/class/iommu, the iommu_group link of each device.
//
// Keys: iommu:NAME ("iommu:dmar0"). Runs after the PCI probe, whose attributes
// it builds on.
#pragma once

#include <memory>

#include "base/sys_root.h"
#include "probes/changes.h"
#include "probes/fact.h"
#include "probes/probe.h"

namespace acceld::probes {

void RunIommuProbe(const SysRoot& root, FactSet& facts);

// The same facts; which group a function is in, and a group's type, are read
// only of the functions that `changes` touches, and of new ones.
bool RerunIommuProbe(const SysRoot& root, const Changes& changes,
                     std::unique_ptr<ProbeMemory>& memory, FactSet& facts);

}  // namespace acceld::probes
