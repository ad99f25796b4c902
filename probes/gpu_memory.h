// The memory of GPUs' own: how much, how much is taken, and the memory target
// that it is.
// Source: amdgpu's mem_info_vram_* (Documentation/gpu/amdgpu/driver-misc.rst),
// /sys/fs/cgroup/dmem.capacity (Documentation/admin-guide/cgroup-v2.rst, Linux
// 6.14), /sys/bus/pci/devices/ADDRESS/resource.
// Adds facts; single-threaded.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "probes/accelerator.h"
#include "probes/fact_index.h"
#include "probes/fact_reader.h"

namespace acceld::probes {

// Adds memory, memory_used and memory_visible to the GPU as far as they are
// known, and "memory:ADDRESS", the memory target that all accelerators of the
// PCI function share. The total is what amdgpu says, else the sum of the
// device-memory cgroup's regions, else, assumed, the size of the function's
// largest prefetchable window into it (LargestWindow).
void AddGpuMemory(const FactReader& reader, const FactIndex& index,
                  const Accelerator& gpu);

// Sum of the "drm/ADDRESS/vram* BYTES" lines of dmem.capacity; nothing where
// there is none, or where a number cannot be believed.
[[nodiscard]] std::optional<std::int64_t> VramInCgroup(
    std::string_view capacity, std::string_view address);

// Bytes of the largest prefetchable memory window among the six of a PCI
// function's `resource`, where it is larger than 256 MiB; nothing otherwise: a
// window of 256 MiB or less was not made to fit the memory behind it.
[[nodiscard]] std::optional<std::int64_t> LargestWindow(
    std::string_view resource);

}  // namespace acceld::probes
