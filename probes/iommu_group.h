// The IOMMU group of one device. Shared by the IOMMU probe (PCI) and the
// frameworks' (platform devices).
// Single-threaded.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "probes/fact_reader.h"

namespace acceld::probes {

inline constexpr std::string_view kIommuGroups = "sys/kernel/iommu_groups";

struct IommuGroup {
  std::int64_t number = 0;
  std::string domain_type;  // empty: not known
};

// The link of the device at `path` to its group.
[[nodiscard]] std::string GroupLinkPath(const std::string& path);
// "sys/kernel/iommu_groups/7/type". `group`: the last component of the link.
[[nodiscard]] std::string GroupTypePath(const std::string& group);

// Adds iommu_group and iommu_domain_type to `key`, from "`path`/iommu_group"
// and the group's `type` ("DMA", "DMA-FQ", "identity", "auto"; Linux 5.11).
// A device without the link is translated by no IOMMU: nothing is added. Where
// the link leads to no directory, the number stands and a fault says so.
// Source: Documentation/ABI/testing/sysfs-kernel-iommu_groups.
std::optional<IommuGroup> AddIommuGroup(const FactReader& reader,
                                        const std::string& key,
                                        const std::string& path);

}  // namespace acceld::probes
