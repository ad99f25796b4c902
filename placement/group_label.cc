#include "placement/group_label.h"

#include <array>

#include "placement/device_view.h"

namespace acceld::placement {
namespace {

using Place =
    std::optional<graph::VertexId> (graph::Topology::*)(graph::VertexId) const;

struct NamedPlace {
  std::string_view name;
  Place place;
};

constexpr std::array<NamedPlace, 5> kPlaces{{
    {"switch", &graph::Topology::SwitchOf},
    {"root-port", &graph::Topology::RootPortOf},
    {"host-bridge", &graph::Topology::HostBridgeOf},
    {"numa", &graph::Topology::NumaNodeOf},
    {"package", &graph::Topology::PackageOf},
}};

}  // namespace

std::optional<std::string> GroupLabel(const graph::Topology& topology,
                                      std::string_view attribute,
                                      graph::VertexId device) {
  const DeviceView view(topology, device);
  if (attribute == "device") return topology.vertex(view.owner()).key;
  for (const NamedPlace& known : kPlaces) {
    if (known.name != attribute) continue;
    const auto place = (topology.*known.place)(device);
    if (!place) return std::nullopt;
    return topology.vertex(*place).key;
  }
  const AttributeValue* value =
      view.Get(attribute == "iommu-group" ? attr::kIommuGroup : attribute);
  if (value == nullptr) return std::nullopt;
  return ToText(*value);
}

}  // namespace acceld::placement
