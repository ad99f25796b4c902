// What sysfs says about the PCIe link of a function: speed and width, now and
// at most, and the bandwidth that follows.
// The parsers are pure; no threading rule.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/units.h"
#include "probes/fact_reader.h"

namespace acceld::probes {

// Of one function's link: of a root or downstream port the link below it, of
// all others the link above. Absent: the kernel does not know.
struct PciLinkState {
  std::optional<MegaTransfers> speed;
  std::optional<Lanes> width;
  std::optional<MegaTransfers> max_speed;
  std::optional<Lanes> max_width;
  friend bool operator==(const PciLinkState&, const PciLinkState&) = default;
};

// "8.0 GT/s PCIe", and "8 GT/s" as before Linux 5.7. Nothing for "Unknown" and
// for rates that PCIe does not have.
// Source: Documentation/ABI/testing/sysfs-bus-pci: current_link_speed.
[[nodiscard]] std::optional<MegaTransfers> ParseLinkSpeed(
    std::string_view text);

// "16". Nothing for widths that PCIe does not have: 0 (link down), 63 (a
// device that is gone reads as all ones) and 255 (PCI_LNK_WIDTH_UNKNOWN).
[[nodiscard]] std::optional<Lanes> ParseLinkWidth(std::string_view text);

// Usable bytes a second in one direction: rate x lanes x line encoding.
// Nothing where `speed` is no PCIe rate.
// Source: PCIe Base 6.0, 4.2.1 (2.5 and 5 GT/s: 8b/10b), 4.2.2 (8 to 32 GT/s:
// 128b/130b) and 4.2.3 (64 GT/s: 242 of the 256 bytes of a flit).
[[nodiscard]] std::optional<BytesPerSecond> PcieBandwidth(MegaTransfers speed,
                                                          Lanes width);
// The rule as text, for provenance: "128b/130b".
[[nodiscard]] std::string_view PcieEncoding(MegaTransfers speed);

// Reads {current,max}_link_{speed,width} in the directory `path`.
[[nodiscard]] PciLinkState ReadPciLink(const FactReader& reader,
                                       const std::string& path);

}  // namespace acceld::probes
