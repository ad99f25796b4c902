// What a function's configuration space says: which PCI Express port it is,
// and its PASID, ATS, PRI, ACS, SR-IOV and CXL capabilities.
//
// Read through SysRoot and walked here rather than by libpci, which follows
// links out of a recorded tree, blocks on a FIFO, stops at a broken chain
// without a word (its absence of a capability is then no fact), and whose
// error handler must not return (third_party/README.md).
//
// Only registers that the capabilities define are read: on real hardware each
// read is an access to the device, and some devices do not survive reads of
// undefined ones.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "probes/fact_reader.h"

namespace acceld::probes {

// How much of the space this process may read. The kernel shows 64 bytes to
// callers without CAP_SYS_ADMIN.
enum class ConfigAccess {
  kNone,          // no file, or unreadable
  kHeader,        // 64 bytes: no capability is known
  kConventional,  // 256 bytes: no extended capability is known, unless the
                  // function is no PCI Express device and has none
  kExtended,      // 4 KiB
};
// "none", "header", "conventional", "extended"
[[nodiscard]] std::string_view Name(ConfigAccess access);

struct PciCapabilities {
  ConfigAccess access = ConfigAccess::kNone;
  std::optional<bool> is_bridge;         // by the header type
  std::optional<bool> is_multifunction;  // the device has more functions

  // The capability list was walked to its end: what is absent is not there.
  bool standard_known = false;
  // Device/port type of the PCI Express capability (PCI_EXP_TYPE_*).
  std::optional<int> express_type;
  // Whether the port or function passes end-to-end TLP prefixes, in which
  // PASIDs travel. Absent where the capability is not readable.
  // Source: PCIe Base 6.0, 7.5.3.15, Device Capabilities 2.
  std::optional<bool> passes_prefixes;

  // The same for the extended list and all that follows.
  bool extended_known = false;
  struct Pasid {
    int width = 0;  // bits
    bool enabled = false;
    friend bool operator==(const Pasid&, const Pasid&) = default;
  };
  std::optional<Pasid> pasid;
  std::optional<bool> ats_enabled;
  std::optional<bool> pri_enabled;
  struct Acs {
    std::uint16_t supported = 0;  // PCI_ACS_*
    std::uint16_t enabled = 0;
    friend bool operator==(const Acs&, const Acs&) = default;
  };
  std::optional<Acs> acs;
  struct SrIov {
    int total_vfs = 0;
    int num_vfs = 0;
    friend bool operator==(const SrIov&, const SrIov&) = default;
  };
  std::optional<SrIov> sriov;
  // Of a CXL device: which of the protocols "cache", "io" and "mem" it can do,
  // and which are on.
  struct Cxl {
    std::uint16_t capable = 0;  // bit 0 cache, bit 1 io, bit 2 mem
    std::uint16_t enabled = 0;
    friend bool operator==(const Cxl&, const Cxl&) = default;
  };
  std::optional<Cxl> cxl;
  friend bool operator==(const PciCapabilities&,
                         const PciCapabilities&) = default;
};

// Reads "`path`/config". Broken chains and devices that answer with all ones
// are faults of `reader`; what was found before stands.
[[nodiscard]] PciCapabilities ReadPciCapabilities(const FactReader& reader,
                                                  const std::string& path);

// "SV RR CR UF" as lspci names the bits, "none" for 0.
[[nodiscard]] std::string AcsText(std::uint16_t bits);

}  // namespace acceld::probes
