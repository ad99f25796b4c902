#include "placement/device_view.h"

#include <algorithm>
#include <mutex>

namespace acceld::placement {
namespace {

// As a selector names it; Describe has it beside the attributes.
constexpr std::string_view kKey = "key";

bool IsOwn(std::string_view name) {
  return name == attr::kName || name == attr::kInstances ||
         name == attr::kInstancesFree;
}

bool IsDevice(const graph::Topology& topology, const graph::Vertex& vertex) {
  switch (vertex.kind) {
    case VertexKind::kEngine:
      return true;
    case VertexKind::kAccelerator:
      return topology.RelatedTo(vertex.id, RelationKind::kEngineOf).empty();
    case VertexKind::kNic:
    case VertexKind::kStorage:
      return vertex.Get(attr::kFunctions) != nullptr;
    default:
      return false;
  }
}

}  // namespace

DeviceView::DeviceView(const graph::Topology& topology, graph::VertexId device)
    : topology_(topology), chain_{device}, owner_(device) {
  const auto owners = topology.RelatedFrom(device, RelationKind::kEngineOf);
  if (!owners.empty()) {
    owner_ = owners.front();
    chain_.push_back(owner_);
  }
  for (const graph::VertexId function :
       topology.RelatedFrom(owner_, RelationKind::kAcceleratorOf)) {
    chain_.push_back(function);
  }
}

const AttributeValue* DeviceView::Get(std::string_view name) const {
  if (name == kKey) {
    // Solvers share the views of marked devices (placement/marked_devices.h).
    static std::mutex mutex;
    const std::lock_guard lock(mutex);
    if (!key_) key_ = AttributeValue(vertex().key);
    return &*key_;
  }
  if (IsOwn(name)) return vertex().Get(name);
  if (name == attr::kPackage) {
    const auto package = topology_.PackageOf(vertex().id);
    return package ? topology_.vertex(*package).Get(attr::kOsIndex) : nullptr;
  }
  for (const graph::VertexId part : chain_) {
    const AttributeValue* value = topology_.vertex(part).Get(name);
    if (value != nullptr) return value;
  }
  return nullptr;
}

bool DeviceView::HasFailed() const {
  return std::any_of(chain_.begin(), chain_.end(), [&](graph::VertexId part) {
    const AttributeValue* value = topology_.vertex(part).Get(attr::kHealth);
    const auto* text =
        value == nullptr ? nullptr : std::get_if<std::string>(value);
    return text != nullptr && *text == "failed";
  });
}

bool HasPath(const DeviceView& device) {
  return device.GetAs<std::string>(attr::kNodePath) != nullptr &&
         !IsVfio(device);
}

bool IsVfio(const DeviceView& device) {
  const auto* framework = device.GetAs<std::string>(attr::kFramework);
  return framework != nullptr && (*framework == "vfio" || *framework == "mdev");
}

std::vector<graph::VertexId> FindDevices(const graph::Topology& topology) {
  std::vector<graph::VertexId> devices;
  for (const graph::Vertex& vertex : topology.vertices()) {
    if (IsDevice(topology, vertex)) devices.push_back(vertex.id);
  }
  std::sort(devices.begin(), devices.end(),
            [&](graph::VertexId a, graph::VertexId b) {
              return topology.vertex(a).key < topology.vertex(b).key;
            });
  return devices;
}

}  // namespace acceld::placement
