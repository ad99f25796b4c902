// Addresses of PCI functions and root buses as Linux writes them, with domains
// of up to 32 bits (VMD, Hyper-V), and the keys made of them.
// Pure values; no threading rule.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace acceld::probes {

struct PciAddress {
  std::uint32_t domain = 0;
  std::uint8_t bus = 0;
  std::uint8_t device = 0;    // 0 to 31
  std::uint8_t function = 0;  // 0 to 7
  friend constexpr auto operator<=>(const PciAddress&,
                                    const PciAddress&) = default;
};

// A root bus: what one host bridge opens.
struct PciRootBus {
  std::uint32_t domain = 0;
  std::uint8_t bus = 0;
  friend constexpr auto operator<=>(const PciRootBus&,
                                    const PciRootBus&) = default;
};

// "0000:3a:00.0", "10000:00:04.0": exactly as the kernel prints it (lower
// case, "%04x:%02x:%02x.%d"), else nothing.
[[nodiscard]] std::optional<PciAddress> ParsePciAddress(std::string_view text);
[[nodiscard]] std::string ToString(const PciAddress& address);

// "pci0000:3a": the name of a host bridge's directory under /sys/devices.
[[nodiscard]] std::optional<PciRootBus> ParsePciRootBus(std::string_view text);
// "host-bridge:0000:3a"
[[nodiscard]] std::string HostBridgeKey(const PciRootBus& bus);

// The function that a device under /sys/devices belongs to: the last component
// of `path` that is a PCI address. Nothing where none is.
[[nodiscard]] std::optional<PciAddress> PciAddressInPath(std::string_view path);
// All functions that `path` passes, the outermost first.
[[nodiscard]] std::vector<PciAddress> PciAddressesInPath(std::string_view path);

}  // namespace acceld::probes
