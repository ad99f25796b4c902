// Fabric: devices and what a unit of traffic costs between two of them, by
// rule and not by table: a pod of 4,096 devices has 16 million pairs. Values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"

namespace acceld::bench {

struct Fabric {
  std::size_t devices = 0;
  std::size_t accelerators = 0;  // the first devices; the rest are adapters
  // Between two devices by number; symmetric, 0 of a device to itself.
  std::function<std::int64_t(std::size_t, std::size_t)> distance;
};

// How ParseFabric() reads, for --help.
inline constexpr const char* kFabrics =
    "Fabrics:\n"
    "  mesh:N         N devices, all linked to each other\n"
    "  torus:RxC      a grid that closes on itself, both ways\n"
    "  rack:TxN       T trays of N devices on one switched fabric; within a "
    "tray\n"
    "                 the board is shorter\n"
    "  pod:HxN        H hosts of N devices behind a switch each, and a network "
    "with\n"
    "                 a leaf for each rail of 32 hosts\n"
    "  dgx1v:N, mi300x:N, nvswitch:N\n"
    "                 one host of 8 GPUs, N network adapters after them\n";

// Distances count a link of 1000 / (GB/s) each, rounded: 1 for a switched
// accelerator link, 16 for PCIe 5.0 x16, 20 for 400 Gbit/s with its adapters.
// Errors: kInvalidArgument where `text` is none of kFabrics or larger than
// 16,383 devices, the most of an instance.
[[nodiscard]] Result<Fabric> ParseFabric(const std::string& text);

}  // namespace acceld::bench
