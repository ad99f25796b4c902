// What the drivers of /dev/accel say of themselves in files of their own.
// Source: Documentation/ABI/testing/sysfs-driver-habanalabs,
// sysfs-driver-qaic (Linux 6.17), drivers/accel/{habanalabs,ivpu,qaic,
// amdxdna}. rocket and ethosu have none.
// Adds facts; single-threaded.
#pragma once

#include "probes/accelerator.h"
#include "probes/fact_reader.h"

namespace acceld::probes {

// Adds model, versions, clocks, counts of resets and health, as far as the
// driver has them. Nothing for a driver that is not known.
void AddAccelDriverFacts(const FactReader& reader,
                         const Accelerator& accelerator);

// Whether amdxdna was loaded to map memory itself (force_iova): its open() then
// binds no address space.
[[nodiscard]] bool MapsByItself(const FactReader& reader,
                                const Accelerator& accelerator);

}  // namespace acceld::probes
