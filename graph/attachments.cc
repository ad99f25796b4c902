#include "graph/attachments.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_map>

#include "graph/parents.h"
#include "graph/parents_order.h"

namespace acceld::graph {
namespace {

using Place = std::optional<VertexId> Places::*;

constexpr Place kPlaces[] = {&Places::function,  &Places::switch_port,
                             &Places::root_port, &Places::host_bridge,
                             &Places::numa_node, &Places::package};

// What all parents that have such a place agree on.
std::optional<VertexId> Agreed(const std::vector<VertexId>& parents,
                               const std::vector<Places>& places, Place place) {
  std::optional<VertexId> agreed;
  for (VertexId parent : parents) {
    const std::optional<VertexId>& candidate = places[parent.value()].*place;
    if (!candidate) continue;
    if (agreed && *agreed != *candidate) return std::nullopt;
    agreed = candidate;
  }
  return agreed;
}

// A switch is named by its upstream port, so that devices below two of its
// downstream ports are seen to share it. A description may give a switch one
// vertex and no port type.
bool IsWholeSwitch(const Vertex& vertex) {
  const AttributeValue* type = vertex.Get(attr::kPortType);
  const auto* text = type == nullptr ? nullptr : std::get_if<std::string>(type);
  return text == nullptr || text->find("downstream") == std::string::npos;
}

void PlaceItself(const Vertex& vertex, Places& places) {
  switch (vertex.kind) {
    case VertexKind::kPackage:
      places.package = vertex.id;
      return;
    case VertexKind::kNumaNode:
      places.numa_node = vertex.id;
      return;
    case VertexKind::kHostBridge:
      places.host_bridge = vertex.id;
      return;
    case VertexKind::kRootPort:
      places.root_port = vertex.id;
      return;
    case VertexKind::kSwitchPort:
      if (IsWholeSwitch(vertex)) places.switch_port = vertex.id;
      return;
    case VertexKind::kPciFunction:
      places.function = vertex.id;
      return;
    default:
      return;
  }
}

// The NUMA node that the attribute "numa_node" of `vertex` names by its OS
// number (key "numa:N"). Nothing where the kernel knows none (-1).
std::optional<VertexId> StatedNode(
    const Vertex& vertex,
    const std::unordered_map<std::string_view, VertexId>& nodes) {
  const AttributeValue* value = vertex.Get(attr::kNumaNode);
  const auto* index =
      value == nullptr ? nullptr : std::get_if<std::int64_t>(value);
  if (index == nullptr) return std::nullopt;
  const auto node = nodes.find("numa:" + std::to_string(*index));
  if (node == nodes.end()) return std::nullopt;
  return node->second;
}

std::unordered_map<std::string_view, VertexId> NodesByKey(
    std::span<const Vertex> vertices) {
  std::unordered_map<std::string_view, VertexId> nodes;
  for (const Vertex& vertex : vertices) {
    if (vertex.kind == VertexKind::kNumaNode) {
      nodes.emplace(vertex.key, vertex.id);
    }
  }
  return nodes;
}

// At most this many parts lie in one another: engine, engine, accelerator,
// function, physical function. It also ends a ring.
constexpr int kDeepestPart = 8;

// One step from parts to wholes: where all wholes of a part belong by now, or
// the part itself where they disagree. Whether anything changed.
bool JoinParts(std::span<const DevicePart> parts, std::vector<VertexId>& device,
               const std::vector<VertexId>& before) {
  bool has_changed = false;
  for (std::size_t i = 0; i < parts.size();) {
    const VertexId part = parts[i].part;
    VertexId agreed = before[parts[i].whole.value()];
    for (; i < parts.size() && parts[i].part == part; ++i) {
      if (before[parts[i].whole.value()] != agreed) agreed = part;
    }
    has_changed = has_changed || device[part.value()] != agreed;
    device[part.value()] = agreed;
  }
  return has_changed;
}

// By vertex: the physical device that it is a part of, or itself.
std::vector<VertexId> Devices(std::size_t count,
                              std::span<const DevicePart> parts) {
  std::vector<VertexId> devices;
  devices.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    devices.emplace_back(static_cast<std::uint32_t>(i));
  }
  for (int i = 0; i < kDeepestPart; ++i) {
    const std::vector<VertexId> before = devices;
    if (!JoinParts(parts, devices, before)) break;
  }
  return devices;
}

}  // namespace

Attachments Attachments::Compute(std::span<const Vertex> vertices,
                                 std::span<const Link> links,
                                 std::span<const Relation> relations) {
  Parents parents = FindParents(vertices, links, relations);
  const std::vector<VertexId> devices = Devices(vertices.size(), parents.parts);
  const auto nodes = NodesByKey(vertices);
  Attachments attachments;
  std::vector<Places>& places = attachments.places_;
  places.resize(vertices.size());
  for (VertexId id : ParentsFirst(parents.of)) {
    const Vertex& vertex = vertices[id.value()];
    Places& own = places[id.value()];
    for (Place place : kPlaces) {
      own.*place = Agreed(parents.of[id.value()], places, place);
    }
    PlaceItself(vertex, own);
    if (!own.numa_node) own.numa_node = StatedNode(vertex, nodes);
    own.device = devices[id.value()];
  }
  // Only now: a stated node need not come before the vertex that states it.
  for (Places& own : places) {
    if (own.package || !own.numa_node) continue;
    own.package = places[own.numa_node->value()].package;
  }
  attachments.owners_.resize(vertices.size());
  for (std::size_t i = 0; i < vertices.size(); ++i) {
    for (VertexId sharer : parents.sharers[i]) {
      attachments.owners_[i].push_back(devices[sharer.value()]);
    }
    std::sort(attachments.owners_[i].begin(), attachments.owners_[i].end());
  }
  return attachments;
}

bool Attachments::IsSameDevice(VertexId a, VertexId b) const {
  const VertexId device_a = of(a).device;
  const VertexId device_b = of(b).device;
  auto owns = [this](VertexId device, VertexId memory) {
    const auto& owners = owners_[memory.value()];
    return std::binary_search(owners.begin(), owners.end(), device);
  };
  return device_a == device_b || owns(device_a, b) || owns(device_b, a);
}

Locality Attachments::LocalityOf(VertexId a, VertexId b) const {
  if (IsSameDevice(a, b)) return Locality::kSameDevice;
  const Places& x = of(a);
  const Places& y = of(b);
  auto same = [&](Place place) { return x.*place && x.*place == y.*place; };
  if (same(&Places::switch_port)) return Locality::kSameSwitch;
  if (same(&Places::root_port)) return Locality::kSameRootPort;
  if (same(&Places::host_bridge)) return Locality::kSameHostBridge;
  if (same(&Places::numa_node)) return Locality::kSameNuma;
  if (same(&Places::package)) return Locality::kSamePackage;
  return Locality::kCrossPackage;
}

}  // namespace acceld::graph
