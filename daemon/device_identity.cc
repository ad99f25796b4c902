#include "daemon/device_identity.h"

#include <algorithm>
#include <array>
#include <optional>

namespace acceld::daemon {
namespace {

constexpr std::array kMarks = {attr::kFramework, attr::kDeviceNumber,
                               attr::kAddress, attr::kVendor, attr::kDevice};

// The number of a VFIO device is that of its group's node, which is made when
// this daemon binds the device to vfio-pci, and goes when it gives it back.
bool IsMark(const graph::Vertex& vertex, std::string_view name) {
  if (name != attr::kDeviceNumber) return true;
  const AttributeValue* framework = vertex.Get(attr::kFramework);
  return framework == nullptr || ToText(*framework) != "vfio";
}

void AddOwn(const graph::Vertex& vertex, DeviceIdentity& identity) {
  for (const std::string_view name : kMarks) {
    if (!IsMark(vertex, name)) continue;
    const AttributeValue* value = vertex.Get(name);
    if (value == nullptr) continue;
    identity.marks.push_back(std::string(name) + "=" + ToText(*value));
  }
  identity.names.push_back(vertex.key.substr(vertex.key.find(':') + 1));
}

// What an engine is part of, then the function or platform device.
std::optional<graph::VertexId> WholeOf(const graph::Topology& topology,
                                       graph::VertexId part) {
  for (const RelationKind kind :
       {RelationKind::kEngineOf, RelationKind::kAcceleratorOf}) {
    const auto wholes = topology.RelatedFrom(part, kind);
    if (!wholes.empty()) return wholes.front();
  }
  return std::nullopt;
}

}  // namespace

DeviceIdentity IdentityOf(const graph::Topology& topology,
                          std::string_view key) {
  // A work queue of an accelerator of a function; a tile may be of a tile.
  constexpr int kMostParts = 8;
  DeviceIdentity identity;
  identity.key = key;
  auto at = topology.Find(key);
  for (int i = 0; at && i < kMostParts; ++i) {
    AddOwn(topology.vertex(*at), identity);
    at = WholeOf(topology, *at);
  }
  return identity;
}

bool IsAmong(const DeviceIdentity& device,
             const std::set<std::string, std::less<>>& removed) {
  return std::any_of(
      device.names.begin(), device.names.end(),
      [&](const std::string& name) { return removed.contains(name); });
}

}  // namespace acceld::daemon
