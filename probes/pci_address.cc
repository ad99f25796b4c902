#include "probes/pci_address.h"

#include <algorithm>
#include <charconv>

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

// "%0WIDTHx"; a rebuild prints hundreds of addresses.
void AddHex(std::uint32_t number, int width, std::string& text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  int digits = 8;
  while (digits > width && (number >> (4 * (digits - 1))) == 0) --digits;
  while (digits-- > 0) text.push_back(kDigits[(number >> (4 * digits)) & 0xf]);
}

// "PREFIX0000:3a"
std::string Print(std::string_view prefix, std::uint32_t domain,
                  std::uint32_t bus) {
  std::string text(prefix);
  AddHex(domain, 4, text);
  text.push_back(':');
  AddHex(bus, 2, text);
  return text;
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
  std::string text = Print("", address.domain, address.bus);
  text.push_back(':');
  AddHex(address.device, 2, text);
  text.push_back('.');
  AddHex(address.function, 1, text);
  return text;
}

std::optional<PciRootBus> ParsePciRootBus(std::string_view text) {
  constexpr std::string_view kPrefix = "pci";
  if (!text.starts_with(kPrefix)) return std::nullopt;
  std::string_view rest = text.substr(kPrefix.size());
  const auto domain = TakeHex(rest, ':');
  const auto bus = domain ? TakeHex(rest, '\0') : std::nullopt;
  if (!bus || *bus > 0xff) return std::nullopt;
  if (Print(kPrefix, *domain, *bus) != text) return std::nullopt;
  return PciRootBus{*domain, static_cast<std::uint8_t>(*bus)};
}

std::string HostBridgeKey(const PciRootBus& bus) {
  return Print("host-bridge:", bus.domain, bus.bus);
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

std::vector<PciAddress> PciAddressesInPath(std::string_view path) {
  std::vector<PciAddress> addresses;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    if (const auto address = ParsePciAddress(path.substr(0, end))) {
      addresses.push_back(*address);
    }
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return addresses;
}

}  // namespace acceld::probes
