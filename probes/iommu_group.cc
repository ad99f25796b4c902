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
  if (!reader.root().Exists(link)) {
    // A recording without any group is one fault of the IOMMU probe, not one
    // for each device.
    if (reader.root().Exists(kIommuGroups)) {
      reader.Fault(link, ErrorCode::kNotFound, "leads to no group");
    }
    return *number;
  }
  if (const auto type = reader.Text(link + "/type")) {
    reader.facts().AddAttribute(key, "iommu_domain_type", Printable(*type),
                                FromKernel(link + "/type"));
  }
  return *number;
}

}  // namespace acceld::probes
