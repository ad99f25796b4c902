#include "probes/pci_link.h"

#include <array>
#include <cstdint>

namespace acceld::probes {
namespace {

struct Generation {
  std::string_view decimal;  // Linux 5.7 and later
  std::string_view whole;    // before
  std::int64_t mega_transfers;
  std::int64_t payload;  // of `line` bits (or bytes) on the wire
  std::int64_t line;
  std::string_view encoding;
};

constexpr std::array kGenerations = {
    Generation{"2.5", "2.5", 2'500, 8, 10, "8b/10b"},
    Generation{"5.0", "5", 5'000, 8, 10, "8b/10b"},
    Generation{"8.0", "8", 8'000, 128, 130, "128b/130b"},
    Generation{"16.0", "16", 16'000, 128, 130, "128b/130b"},
    Generation{"32.0", "32", 32'000, 128, 130, "128b/130b"},
    Generation{"64.0", "64", 64'000, 242, 256, "flit 242/256"},
};

const Generation* Find(MegaTransfers speed) {
  for (const Generation& generation : kGenerations) {
    if (generation.mega_transfers == speed.value()) return &generation;
  }
  return nullptr;
}

template <typename T>
std::optional<T> Read(const FactReader& reader, const std::string& path,
                      std::optional<T> (*parse)(std::string_view)) {
  const auto text = reader.Text(path);
  return text ? parse(*text) : std::nullopt;
}

}  // namespace

std::optional<MegaTransfers> ParseLinkSpeed(std::string_view text) {
  const std::size_t unit = text.find(" GT/s");
  if (unit == std::string_view::npos) return std::nullopt;
  const std::string_view number = text.substr(0, unit);
  const std::string_view rest = text.substr(unit + 5);
  if (!rest.empty() && rest != " PCIe") return std::nullopt;
  for (const Generation& generation : kGenerations) {
    if (number == generation.decimal || number == generation.whole) {
      return MegaTransfers(generation.mega_transfers);
    }
  }
  return std::nullopt;
}

std::optional<Lanes> ParseLinkWidth(std::string_view text) {
  const auto number = ParseInteger(text);
  if (!number) return std::nullopt;
  for (const std::int64_t width : {1, 2, 4, 8, 12, 16, 32}) {
    if (*number == width) return Lanes(width);
  }
  return std::nullopt;
}

std::optional<BytesPerSecond> PcieBandwidth(MegaTransfers speed, Lanes width) {
  const Generation* generation = Find(speed);
  if (generation == nullptr) return std::nullopt;
  constexpr std::int64_t kMega = 1'000'000;
  constexpr std::int64_t kBitsPerByte = 8;
  // At most 64e3 * 1e6 * 32 * 242 = 5e17: fits.
  return BytesPerSecond(speed.value() * kMega * width.value() *
                        generation->payload /
                        (generation->line * kBitsPerByte));
}

std::string_view PcieEncoding(MegaTransfers speed) {
  const Generation* generation = Find(speed);
  return generation == nullptr ? std::string_view("none")
                               : generation->encoding;
}

PciLinkState ReadPciLink(const FactReader& reader, const std::string& path) {
  return {Read(reader, path + "/current_link_speed", ParseLinkSpeed),
          Read(reader, path + "/current_link_width", ParseLinkWidth),
          Read(reader, path + "/max_link_speed", ParseLinkSpeed),
          Read(reader, path + "/max_link_width", ParseLinkWidth)};
}

}  // namespace acceld::probes
