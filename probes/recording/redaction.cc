#include "probes/recording/redaction.h"

#include <linux/pci_regs.h>

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/utf8.h"
#include "probes/recording/link_text.h"
#include "probes/recording/pci_ids.h"
#include "probes/recording/stand_ins.h"
#include "probes/recording/text_redaction.h"

namespace acceld::recording {
namespace {

bool IsVirtualNetwork(std::string_view path) {
  return path.starts_with("sys/devices/virtual/net/");
}

bool IsText(std::string_view bytes) {
  return bytes.find('\0') == std::string_view::npos && IsUtf8(bytes);
}

std::uint32_t Dword(std::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 4; i-- > 0;) {
    value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  }
  return value;
}

// Extended capability 3: two double words.
// Source: PCI Express Base Specification, "Device Serial Number".
void RedactConfig(std::string& config, StandIns& values) {
  constexpr std::size_t kSize = 8;
  std::set<std::size_t> seen;
  std::size_t at = PCI_CFG_SPACE_SIZE;
  while (at >= PCI_CFG_SPACE_SIZE && at + 4 + kSize <= config.size() &&
         seen.insert(at).second) {
    const std::uint32_t header = Dword(config, at);
    if (PCI_EXT_CAP_ID(header) == PCI_EXT_CAP_ID_DSN) {
      config.replace(
          at + 4, kSize,
          values.ForBytes(std::string_view(config).substr(at + 4, kSize)));
    }
    at = PCI_EXT_CAP_NEXT(header);
  }
}

bool IsConfig(std::string_view path) {
  const auto parts = PathParts(path);
  return parts.size() > 3 && parts[1] == "devices" && parts.back() == "config";
}

bool IsPciIds(std::string_view path) { return path.ends_with("/pci.ids"); }

std::string Redacted(const std::string& path, const std::string& bytes,
                     StandIns& values) {
  if (path == "proc/cmdline") return RedactCommandLine(bytes);
  if (path == "proc/version") return RedactVersion(bytes);
  if (IsConfig(path)) {
    std::string config = bytes;
    RedactConfig(config, values);
    return config;
  }
  if (NamesADesign(path)) return bytes;
  if (HoldsIdentity(path)) {
    const std::size_t size = bytes.find_last_not_of(" \t\r\n") + 1;
    return values.For(std::string_view(bytes).substr(0, size)) +
           bytes.substr(size);
  }
  return IsText(bytes) ? RedactText(bytes, values) : bytes;
}

void DropVirtualNetwork(Entries& entries) {
  std::erase_if(entries, [&](const auto& item) {
    const auto& [path, entry] = item;
    if (IsVirtualNetwork(path)) return true;
    return entry.kind == FileKind::kLink &&
           path.starts_with("sys/class/net/") &&
           IsVirtualNetwork(LexicalTarget(path, entry.text));
  });
}

}  // namespace

void Redact(Recording& recording) {
  Entries& entries = recording.entries;
  DropVirtualNetwork(entries);
  std::erase_if(recording.unread, [](const Unread& unread) {
    return IsVirtualNetwork(unread.path);
  });
  StandIns values;
  const std::set<PciName> named = NamesIn(entries);
  for (auto& [path, entry] : entries) {
    if (entry.kind != FileKind::kFile || !entry.readable) continue;
    entry.text = IsPciIds(path) ? KeepNames(entry.text, named)
                                : Redacted(path, entry.text, values);
  }
}

}  // namespace acceld::recording
