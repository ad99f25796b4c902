#include "probes/iommu_group.h"

#include "base/utf8.h"

namespace acceld::probes {

std::string GroupLinkPath(const std::string& path) {
  return path + "/iommu_group";
}

std::string GroupTypePath(const std::string& group) {
  return std::string(kIommuGroups) + "/" + group + "/type";
}

std::optional<IommuGroup> AddIommuGroup(const FactReader& reader,
                                        const std::string& key,
                                        const std::string& path) {
  const std::string link = GroupLinkPath(path);
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
  IommuGroup group{*number, {}};
  const std::string directory =
      std::string(kIommuGroups) + "/" + std::to_string(*number);
  const std::string type_path = GroupTypePath(std::to_string(*number));
  if (const auto type = reader.SharedText(type_path)) {
    group.domain_type = Printable(*type);
    reader.facts().AddAttribute(key, "iommu_domain_type", group.domain_type,
                                FromKernel(type_path));
  } else if (reader.root().Exists(kIommuGroups) &&
             !reader.root().Exists(directory)) {
    // A recording without any group is one fault of the IOMMU probe, not one
    // for each device.
    reader.Fault(link, ErrorCode::kNotFound, "leads to no group");
  }
  return group;
}

}  // namespace acceld::probes
