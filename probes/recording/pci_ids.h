// Of the list of PCI names (pci.ids, 1.4 MB), what a recorded machine needs.
// Pure.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "probes/recording/recording.h"

namespace acceld::recording {

// Vendor and device as the list writes them: four hexadecimal digits, lower
// case.
using PciName = std::pair<std::string, std::string>;

// The vendors and devices of all PCI functions of a recording.
[[nodiscard]] std::set<PciName> NamesIn(const Entries& entries);

// The lines of `text` for these vendors and devices, in its form.
[[nodiscard]] std::string KeepNames(std::string_view text,
                                    const std::set<PciName>& names);

}  // namespace acceld::recording
