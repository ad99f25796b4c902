// What a PCI function is, from the facts that the PCI probe recorded.
// Pure; no threading rule.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "probes/fact_index.h"

namespace acceld::probes {

struct PciIdentity {
  static constexpr std::int64_t kUnknown = -1;
  std::int64_t vendor = kUnknown;      // 0x8086
  std::int64_t device = kUnknown;      // 0x4941
  std::int64_t class_code = kUnknown;  // 24 bits: 0x0b4000
  std::string driver;                  // empty: none is bound, or not known
};

[[nodiscard]] PciIdentity IdentityOf(const FactIndex& index,
                                     const std::string& key);

// Whether the driver hands its devices to programs by VFIO: "vfio-pci" and its
// variants ("mlx5_vfio_pci", "hisi-acc-vfio-pci", "vfio-platform"), which all
// have "vfio" as a word of their name.
[[nodiscard]] bool IsVfioDriver(std::string_view driver);

}  // namespace acceld::probes
