#include "probes/pci_address.h"

#include <array>
#include <charconv>
#include <cstdio>

namespace acceld::probes {
namespace {

// Takes one hexadecimal number up to `stop` (or to the end, where it is 0).
std::optional<std::uint32_t> TakeHex(std::string_view& text, char stop) {
  const std::size_t size = stop == '\0' ? text.size() : text.find(stop);
  if (size == std::string_view::npos) return std::nullopt;
  std::uint32_t value = 0;
  const char* end = text.data() + size;
  const auto parsed = std::from_chars(text.data(), end, value, 16);
  if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  text.remove_prefix(stop == '\0' ? size : size + 1);
  return value;
}

std::string Print(const char* format, unsigned domain, unsigned bus) {
  std::array<char, 32> text{};
  const int size = std::snprintf(text.data(), text.size(), format, domain, bus);
  return {text.data(), static_cast<std::size_t>(size)};
}

}  // namespace

std::optional<PciAddress> ParsePciAddress(std::string_view text) {
  std::string_view rest = text;
  const auto domain = TakeHex(rest, ':');
  const auto bus = domain ? TakeHex(rest, ':') : std::nullopt;
  const auto device = bus ? TakeHex(rest, '.') : std::nullopt;
  const auto function = device ? TakeHex(rest, '\0') : std::nullopt;
  if (!function || *bus > 0xff || *device > 0x1f || *function > 7) {
    return std::nullopt;
  }
  const PciAddress address{*domain, static_cast<std::uint8_t>(*bus),
                           static_cast<std::uint8_t>(*device),
                           static_cast<std::uint8_t>(*function)};
  // One text a device: "0:0:0.0" is not what the kernel writes.
  if (ToString(address) != text) return std::nullopt;
  return address;
}

std::string ToString(const PciAddress& address) {
  std::array<char, 32> text{};
  const int size =
      std::snprintf(text.data(), text.size(), "%04x:%02x:%02x.%u",
                    address.domain, unsigned{address.bus},
                    unsigned{address.device}, unsigned{address.function});
  return {text.data(), static_cast<std::size_t>(size)};
}

std::optional<PciRootBus> ParsePciRootBus(std::string_view text) {
  constexpr std::string_view kPrefix = "pci";
  if (!text.starts_with(kPrefix)) return std::nullopt;
  std::string_view rest = text.substr(kPrefix.size());
  const auto domain = TakeHex(rest, ':');
  const auto bus = domain ? TakeHex(rest, '\0') : std::nullopt;
  if (!bus || *bus > 0xff) return std::nullopt;
  if (Print("pci%04x:%02x", *domain, *bus) != text) return std::nullopt;
  return PciRootBus{*domain, static_cast<std::uint8_t>(*bus)};
}

std::string HostBridgeKey(const PciRootBus& bus) {
  return Print("host-bridge:%04x:%02x", bus.domain, bus.bus);
}

std::optional<PciAddress> PciAddressInPath(std::string_view path) {
  while (!path.empty()) {
    const std::size_t slash = path.rfind('/');
    const std::string_view last =
        slash == std::string_view::npos ? path : path.substr(slash + 1);
    if (auto address = ParsePciAddress(last)) return address;
    path = slash == std::string_view::npos ? std::string_view()
                                           : path.substr(0, slash);
  }
  return std::nullopt;
}

}  // namespace acceld::probes
