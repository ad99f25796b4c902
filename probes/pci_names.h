// Names for people of PCI vendors and devices, from the machine's own copy of
// pci.ids. Never required.
//
// Read here rather than by libpci, whose loader takes the running machine's
// file (not that of a recorded tree), hashes all of its 35,000 lines to look
// up a dozen (8 ms and 4 MiB), and ends the process over a malformed line.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "base/sys_root.h"

namespace acceld::probes {

struct PciId {
  std::uint16_t vendor = 0;
  std::uint16_t device = 0;
  friend constexpr auto operator<=>(const PciId&, const PciId&) = default;
};

using PciNames = std::map<PciId, std::string>;

// The names of `wanted` in the text of a pci.ids file: "Vendor Device", the
// vendor alone where the device is not listed, no entry where neither is.
// Lines of another form are passed over. Pure.
// Source: the comment at the head of pci.ids.
[[nodiscard]] PciNames ParsePciNames(std::string_view text,
                                     const std::set<PciId>& wanted);

struct FoundPciNames {
  std::string source;  // "/usr/share/misc/pci.ids"; empty: no file
  PciNames names;
};
[[nodiscard]] FoundPciNames ReadPciNames(const SysRoot& root,
                                         const std::set<PciId>& wanted);

}  // namespace acceld::probes
