#include "placement/places.h"

#include <algorithm>
#include <string>

#include "base/cpu_list.h"
#include "placement/device_capacity.h"

namespace acceld::placement {
namespace {

const std::string* TextOf(const graph::Vertex& vertex, std::string_view name) {
  const AttributeValue* value = vertex.Get(name);
  return value == nullptr ? nullptr : std::get_if<std::string>(value);
}

void SortByKey(const graph::Topology& topology,
               std::vector<graph::VertexId>& ids) {
  std::sort(ids.begin(), ids.end(), [&](graph::VertexId a, graph::VertexId b) {
    return topology.vertex(a).key < topology.vertex(b).key;
  });
}

bool HasCpuOf(const graph::Vertex& node,
              const std::vector<std::int64_t>& wanted) {
  const std::string* text = TextOf(node, attr::kCpus);
  if (text == nullptr) return false;
  const auto cpus = ParseCpuList(*text);
  if (!cpus || cpus->empty()) return false;
  if (wanted.empty()) return true;
  return std::any_of(wanted.begin(), wanted.end(), [&](std::int64_t cpu) {
    return std::binary_search(cpus->begin(), cpus->end(), cpu);
  });
}

// Memory that the kernel does not give out (a region that is not online) can
// hold no buffer.
bool IsOnline(const graph::Vertex& target) {
  const AttributeValue* value = target.Get("online");
  const bool* online = value == nullptr ? nullptr : std::get_if<bool>(value);
  return online == nullptr || *online;
}

bool IsOfKind(const graph::Vertex& target, std::optional<MemoryKind> wanted) {
  const std::string* text = TextOf(target, attr::kMemoryKind);
  const auto kind = text == nullptr ? std::nullopt : ParseMemoryKind(*text);
  if (wanted) return kind == wanted;
  return kind != MemoryKind::kDevice;
}

}  // namespace

std::vector<graph::VertexId> HostNodes(const graph::Topology& topology,
                                       const Client& client) {
  std::vector<graph::VertexId> nodes;
  for (const graph::Vertex& vertex : topology.vertices()) {
    if (vertex.kind == VertexKind::kNumaNode && HasCpuOf(vertex, client.cpus)) {
      nodes.push_back(vertex.id);
    }
  }
  SortByKey(topology, nodes);
  return nodes;
}

std::vector<graph::VertexId> BufferTargets(const graph::Topology& topology,
                                           const Occupancy& occupancy,
                                           const Buffer& buffer) {
  std::vector<graph::VertexId> targets;
  for (const graph::Vertex& vertex : topology.vertices()) {
    if (vertex.kind != VertexKind::kMemoryTarget) continue;
    if (!IsOnline(vertex) || !IsOfKind(vertex, buffer.kind)) continue;
    const auto free = FreeMemoryOfTarget(vertex, occupancy);
    if (free && *free >= buffer.size) targets.push_back(vertex.id);
  }
  SortByKey(topology, targets);
  return targets;
}

}  // namespace acceld::placement
