// The rated power of a PCI device, as its driver's hardware monitor says it: a
// property of the board, unlike the limit that an administrator may set on it
// without any event that would tell. What amdgpu, i915 and xe say of cards.
// Pure but for what it reads.
#pragma once

#include <string>

#include "probes/fact_reader.h"

namespace acceld::probes {

// Records "power" of `key`, the function of `directory` ("sys/bus/pci/devices/
// 0000:83:00.0"), in the first of these that a monitor of it has, in
// microwatts:
//
//   power1_rated_max    the rated power; i915 and xe: the card's TDP
//   power1_cap_default  amdgpu: the limit that the board comes with
//   power1_cap          amdgpu before Linux 5.13: the limit in force
//   power1_max          i915, xe: the limit in force
//
// power1_cap_max is none of them: it tells how far the limit could be raised.
// 0 means that there is no limit. Nothing where no monitor has any, or where
// none is answered for (the device sleeps, or is a virtual one).
// Source: Documentation/ABI/testing/sysfs-class-hwmon; sysfs-driver-intel-i915-
// hwmon and sysfs-driver-intel-xe-hwmon there; Documentation/gpu/amdgpu/
// thermal.rst.
void AddRatedPower(const FactReader& reader, const std::string& key,
                   const std::string& directory);

}  // namespace acceld::probes
