#include "probes/iommu_group.h"

#include "base/utf8.h"

namespace acceld::probes {

std::optional<std::int64_t> AddIommuGroup(const FactReader& reader,
                                          const std::string& key,
                                          const std::string& path) {
  const std::string link = path + "/iommu_group";
  const auto name = reader.LinkName(link);
  if (!name) return std::nullopt;
  const auto number = ParseInteger(*name);
  if (!number || *number < 0) {
    reader.Fault(link, ErrorCode::kCorruptInput,
                 "'" + *name + "' is no group number");
    return std::nullopt;
  }
  reader.facts().AddAttribute(key, attr::kIommuGroup, *number,
                              FromKernel(link));
  const std::string group =
      std::string(kIommuGroups) + "/" + std::to_string(*number);
  const std::string type_path = group + "/type";
  if (const auto type = reader.SharedText(type_path)) {
    reader.facts().AddAttribute(key, "iommu_domain_type", Printable(*type),
                                FromKernel(type_path));
  } else if (reader.root().Exists(kIommuGroups) &&
             !reader.root().Exists(group)) {
    // A recording without any group is one fault of the IOMMU probe, not one
    // for each device.
    reader.Fault(link, ErrorCode::kNotFound, "leads to no group");
  }
  return *number;
}

}  // namespace acceld::probes
