// What amdgpu says of a GPU in files of its own: identity, versions of its
// firmware, and the errors that its memory and engines could not correct.
// Source: Documentation/gpu/amdgpu/{driver-misc,ras}.rst; fw_version/*:
// drivers/gpu/drm/amd/amdgpu/amdgpu_ucode.c.
// Adds facts; single-threaded.
#pragma once

#include "probes/accelerator.h"
#include "probes/fact_reader.h"

namespace acceld::probes {

// Adds unique_id, firmware_version (of the VBIOS), firmware_parts and health:
// "degraded" where the memory (umc), the shaders (gfx) or the DMA engines
// (sdma) had an error that could not be corrected. Counts of the other blocks
// are not read: each reading asks the GPU.
void AddAmdgpuFacts(const FactReader& reader, const Accelerator& gpu);

}  // namespace acceld::probes
