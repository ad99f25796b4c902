// The NUMA node that a GPU's own memory is, where CPUs and GPU see it alike
// (POWER9 with NVLink, Grace): the kernel lists such a node among all others.
// Pure; no threading rule.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace acceld::probes {

inline constexpr const char* kNvidiaGpus = "proc/driver/nvidia/gpus";

// Of the GPU at this PCI address: "proc/driver/nvidia/gpus/0004:05:00.0/
// numa_status". GPUs whose memory is no node may lack it.
[[nodiscard]] std::string NumaStatusPath(const std::string& gpu);

// The number in the line "Node:      250" of a numa_status file; -1: the GPU's
// memory is no node. Errors: kCorruptInput.
// Source: nv-procfs.c of NVIDIA's kernel modules (nv_procfs_read_numa_status).
[[nodiscard]] Result<int> ParseNumaStatus(std::string_view text);

}  // namespace acceld::probes
