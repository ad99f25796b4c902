#include "probes/recording/text_redaction.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <vector>

#include "probes/recording/link_text.h"

namespace acceld::recording {
namespace {

// In the name of a file or a value, lower case.
constexpr std::string_view kTelling[] = {
    "serial", "guid",      "uuid",    "wwid",      "wwn",       "nguid",
    "eui",    "unique_id", "hive_id", "subnqn",    "subsysnqn", "hostnqn",
    "hostid", "hostname",  "asset",   "node_desc", "traddr",
};

bool IsHexDigit(char c) {
  return std::isxdigit(static_cast<unsigned char>(c)) != 0;
}
bool IsAlphanumeric(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0;
}

bool IsTelling(std::string_view name) {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  });
  return std::any_of(std::begin(kTelling), std::end(kTelling),
                     [&](std::string_view word) {
                       return lower.find(word) != std::string::npos;
                     });
}

// Characters of `text` that are a hardware address, a GUID, a GID or a UUID,
// from its start on; 0 where it is none.
std::size_t TellingForm(std::string_view text) {
  static constexpr std::array<std::size_t, 5> kUuid = {8, 4, 4, 4, 12};
  std::vector<std::size_t> groups = {0};
  char separator = '\0';
  std::size_t size = 0;
  for (; size < text.size() && groups.size() <= 20; ++size) {
    const char c = text[size];
    if (IsHexDigit(c)) {
      ++groups.back();
    } else if ((c == ':' || c == '-') &&
               (separator == '\0' || separator == c) &&
               size + 1 < text.size() && IsHexDigit(text[size + 1])) {
      separator = c;
      groups.push_back(0);
    } else {
      break;
    }
  }
  if (size < text.size() && IsAlphanumeric(text[size])) return 0;
  if (separator == '-' &&
      std::equal(groups.begin(), groups.end(), kUuid.begin(), kUuid.end())) {
    return size;
  }
  const auto all = [&](std::size_t digits) {
    return std::all_of(groups.begin(), groups.end(),
                       [=](std::size_t group) { return group == digits; });
  };
  const std::size_t count = groups.size();
  // Ethernet, EUI-64 and InfiniBand's 20 bytes; GUID and GID.
  const bool address = (count == 6 || count == 8 || count == 20) && all(2);
  const bool guid = separator == ':' && (count == 4 || count == 8) && all(4);
  return address || guid ? size : 0;
}

std::string RedactForms(std::string_view line, StandIns& values) {
  std::string out;
  while (!line.empty()) {
    std::size_t size = 1;
    const bool starts = out.empty() || !IsAlphanumeric(out.back());
    if (starts && IsHexDigit(line.front())) {
      if (const std::size_t form = TellingForm(line); form != 0) {
        out += values.For(line.substr(0, form));
        line.remove_prefix(form);
        continue;
      }
    }
    out += line.substr(0, size);
    line.remove_prefix(size);
  }
  return out;
}

// "GPU UUID: \t GPU-1234": the value starts after the first ':' or '=', or
// where there is none after the first space, and the space that follows.
std::size_t ValueAt(std::string_view line) {
  std::size_t at = line.find_first_of(":=");
  if (at == std::string_view::npos) at = line.find_first_of(" \t");
  if (at == std::string_view::npos) return line.size();
  return std::min(line.find_first_not_of(" \t", at + 1), line.size());
}

std::string RedactLine(std::string_view line, StandIns& values) {
  const std::size_t value = ValueAt(line);
  if (value < line.size() && IsTelling(line.substr(0, value))) {
    return std::string(line.substr(0, value)) + values.For(line.substr(value));
  }
  return RedactForms(line, values);
}

}  // namespace

bool NamesADesign(std::string_view path) {
  constexpr std::string_view kDesigns[] = {"afu_id", "compat_id", "xclbinuuid",
                                           "logic_uuids", "interface_uuids"};
  const auto parts = PathParts(path);
  return !parts.empty() && std::find(std::begin(kDesigns), std::end(kDesigns),
                                     parts.back()) != std::end(kDesigns);
}

bool HoldsIdentity(std::string_view path) {
  const auto parts = PathParts(path);
  if (parts.empty()) return false;
  const std::string_view name = parts.back();
  const bool of_network = parts.size() >= 3 && parts[parts.size() - 3] == "net";
  const bool gid = parts.size() >= 2 && parts[parts.size() - 2] == "gids";
  return IsTelling(name) || gid ||
         (of_network && (name == "address" || name == "broadcast" ||
                         name == "phys_port_id" || name == "phys_switch_id"));
}

std::string RedactText(std::string_view text, StandIns& values) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t size = std::min(text.find('\n'), text.size());
    out += RedactLine(text.substr(0, size), values);
    text.remove_prefix(size);
    if (text.empty()) break;
    out += '\n';
    text.remove_prefix(1);
  }
  return out;
}

std::string RedactCommandLine(std::string_view text) {
  constexpr std::string_view kKept[] = {
      "iommu",
      "intel_iommu",
      "amd_iommu",
      "arm-smmu",
      "iommufd",
      "pci",
      "pcie_acs",
      "pcie_aspm",
      "pcie_ports",
      "vfio",
      "vfio_iommu_type1",
      "hugepagesz",
      "hugepages",
      "numa",
      "cxl",
      "idxd",
      "efi_fake_mem",
      "memmap_on_memory",
  };
  std::string out;
  while (!text.empty()) {
    const std::size_t size = std::min(text.find_first_of(" \n"), text.size());
    const std::string_view word = text.substr(0, size);
    text.remove_prefix(std::min(size + 1, text.size()));
    const std::string_view name = word.substr(0, word.find_first_of("=."));
    if (std::find(std::begin(kKept), std::end(kKept), name) ==
        std::end(kKept)) {
      continue;
    }
    out.append(out.empty() ? "" : " ").append(word);
  }
  return out + "\n";
}

std::string RedactVersion(std::string_view text) {
  std::size_t end = 0;
  for (int words = 0; words < 3 && end != std::string_view::npos; ++words) {
    end = text.find_first_of(" \n", end + (words == 0 ? 0 : 1));
  }
  return std::string(text.substr(0, end)) + "\n";
}

}  // namespace acceld::recording
