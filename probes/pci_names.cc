#include "probes/pci_names.h"

#include <charconv>
#include <optional>

#include "base/utf8.h"

namespace acceld::probes {
namespace {

// "0b25  Data Streaming Accelerator": four hexadecimal digits, two spaces.
struct Line {
  std::uint16_t id = 0;
  std::string_view name;
};

std::optional<Line> ParseLine(std::string_view text) {
  constexpr std::size_t kDigits = 4;
  if (text.size() <= kDigits + 2 || text.substr(kDigits, 2) != "  ") {
    return std::nullopt;
  }
  Line line;
  const char* end = text.data() + kDigits;
  const auto parsed = std::from_chars(text.data(), end, line.id, 16);
  if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  line.name = text.substr(kDigits + 2);
  return line;
}

}  // namespace

PciNames ParsePciNames(std::string_view text, const std::set<PciId>& wanted) {
  PciNames names;
  // The wanted devices of the vendor whose section this is.
  auto from = wanted.end();
  auto to = wanted.end();
  std::string vendor;
  while (!text.empty()) {
    const std::size_t size = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, size);
    text.remove_prefix(std::min(size + 1, text.size()));
    if (line.empty() || line[0] == '#') continue;
    if (line.starts_with("C ")) break;  // classes: the vendors are over
    if (line[0] != '\t') {
      from = to = wanted.end();
      const auto entry = ParseLine(line);
      if (!entry) continue;
      from = wanted.lower_bound({entry->id, 0});
      to = wanted.upper_bound({entry->id, 0xffff});
      vendor = Printable(entry->name);
      for (auto id = from; id != to; ++id) names.emplace(*id, vendor);
    } else if (from != to && !line.starts_with("\t\t")) {
      const auto entry = ParseLine(line.substr(1));
      if (!entry) continue;
      const PciId id{from->vendor, entry->id};
      if (wanted.contains(id))
        names[id] = vendor + " " + Printable(entry->name);
    }
  }
  return names;
}

FoundPciNames ReadPciNames(const SysRoot& root, const std::set<PciId>& wanted) {
  // Debian; Fedora, SUSE and Arch; pciutils' own default.
  constexpr std::string_view kFiles[] = {"usr/share/misc/pci.ids",
                                         "usr/share/hwdata/pci.ids",
                                         "usr/share/pci.ids"};
  constexpr std::size_t kLimit = std::size_t{8} << 20;  // 1.4 MiB in 2023
  for (const std::string_view file : kFiles) {
    const auto text = root.ReadFile(file, kLimit);
    if (!text) continue;
    return {"/" + std::string(file), ParsePciNames(*text, wanted)};
  }
  return {};
}

}  // namespace acceld::probes
