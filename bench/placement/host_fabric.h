// Host fabrics: single machines with eight GPUs and some network adapters, the
// distances those of the fastest path through links and PCIe. Values.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "bench/placement/fabric.h"

namespace acceld::bench {

inline constexpr std::size_t kHostGpus = 8;

// `kind`: "dgx1v", "mi300x" or "nvswitch"; nothing where it is none of these.
// Devices: the GPUs, then the adapters. Requires: 1 <= adapters <= 8.
[[nodiscard]] std::optional<Fabric> HostFabric(std::string_view kind,
                                               std::size_t adapters);

}  // namespace acceld::bench
