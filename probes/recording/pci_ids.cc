#include "probes/recording/pci_ids.h"

#include <algorithm>

namespace acceld::recording {
namespace {

constexpr std::size_t kDigits = 4;

// "0x8086\n" -> "8086"; empty where it has another form.
std::string IdIn(const Entries& entries, const std::string& path) {
  const auto found = entries.find(path);
  if (found == entries.end()) return {};
  const std::string_view text = found->second.text;
  const bool whole = text.size() >= kDigits + 2 && text.starts_with("0x");
  return std::string(whole ? text.substr(2, kDigits) : "");
}

}  // namespace

std::set<PciName> NamesIn(const Entries& entries) {
  constexpr std::string_view kVendor = "/vendor";
  std::set<PciName> names;
  for (const auto& [path, entry] : entries) {
    if (!path.ends_with(kVendor) || entry.kind != FileKind::kFile) continue;
    const std::string directory = path.substr(0, path.size() - kVendor.size());
    names.emplace(IdIn(entries, path), IdIn(entries, directory + "/device"));
  }
  return names;
}

std::string KeepNames(std::string_view text, const std::set<PciName>& names) {
  std::string kept;
  std::string vendor;  // whose section this is, where it is wanted
  while (!text.empty()) {
    const std::size_t size = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, size);
    text.remove_prefix(std::min(size + 1, text.size()));
    if (line.empty() || line[0] == '#') continue;
    if (line.starts_with("C ")) break;  // classes: the vendors are over
    bool wanted = false;
    if (line[0] != '\t') {
      vendor = line.substr(0, kDigits);
      const auto first = names.lower_bound({vendor, ""});
      wanted = first != names.end() && first->first == vendor;
      if (!wanted) vendor.clear();
    } else if (!vendor.empty() && !line.starts_with("\t\t")) {
      wanted = names.contains({vendor, std::string(line.substr(1, kDigits))});
    }
    if (wanted) kept.append(line).append("\n");
  }
  return kept;
}

}  // namespace acceld::recording
