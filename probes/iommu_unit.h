// What an IOMMU unit can do, from the registers that its driver exports.
// The decoders are pure; no threading rule.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "probes/fact_reader.h"

namespace acceld::probes {

struct IommuUnit {
  std::string kind;  // "intel", "amd", "smmu", "smmu-v3", "other"
  // Absent: the driver does not export it (SMMU), or the file is not there.
  std::optional<int> pasid_width;  // bits; 0: no PASID
  std::optional<bool> has_ats;     // translates for device TLBs
  std::optional<bool> has_pri;     // takes page requests
  std::optional<bool> has_nesting;
  // VT-d: tables by PASID. Without them Linux uses no PASID of the unit.
  std::optional<bool> has_scalable_mode;
  std::string source;  // the file with these registers
};

// Intel VT-d extended capability register: SMTS (bit 43), PASID (40), PSS
// (39:35, width - 1), PRS (29), NEST (26), DT (2). Without SMTS the width is 0.
// Source: Intel VT-d specification 4.1, 11.4.3; Linux pasid_supported().
[[nodiscard]] IommuUnit DecodeIntel(std::uint64_t ecap);
// AMD-Vi extended feature register: PASmax (36:32, width - 1), GTSup (4),
// PPRSup (1); IotlbSup is bit 24 of the capability header.
// Source: AMD IOMMU specification 3.09, 3.4.9 and 3.2.1.
[[nodiscard]] IommuUnit DecodeAmd(std::uint64_t features, std::uint32_t cap);

// Reads the unit whose directory is `path` ("sys/class/iommu/dmar0"); its kind
// is told by `name`. Never fails: what cannot be read is absent.
[[nodiscard]] IommuUnit ReadIommuUnit(const FactReader& reader,
                                      const std::string& path,
                                      std::string_view name);

}  // namespace acceld::probes
