#include "placement/doors.h"

#include <string>

namespace acceld::placement {
namespace {

bool IsVfio(const graph::Vertex& vertex) {
  if (vertex.kind != VertexKind::kAccelerator) return false;
  const AttributeValue* value = vertex.Get(attr::kFramework);
  const auto* text =
      value == nullptr ? nullptr : std::get_if<std::string>(value);
  return text != nullptr && *text == "vfio";
}

// The functions that a client gets with the VFIO device (probes/vfio_probe.h).
std::vector<graph::VertexId> FunctionsOf(const graph::Topology& topology,
                                         const graph::Vertex& device) {
  std::vector<graph::VertexId> functions =
      topology.RelatedFrom(device.id, RelationKind::kAcceleratorOf);
  const AttributeValue* value = device.Get("vfio_group_functions");
  const auto* addresses =
      value == nullptr ? nullptr : std::get_if<std::vector<std::string>>(value);
  if (addresses == nullptr) return functions;
  functions.clear();
  for (const std::string& address : *addresses) {
    const auto found = topology.Find("pci:" + address);
    if (found) functions.push_back(*found);
  }
  return functions;
}

}  // namespace

Doors::Doors(const graph::Topology& topology) {
  for (const graph::Vertex& vertex : topology.vertices()) {
    // One that has a leader is handed out with that and never by itself.
    if (IsVfio(vertex) && vertex.Get("vfio_leader") == nullptr) {
      AddVfio(topology, vertex);
    }
  }
}

void Doors::AddVfio(const graph::Topology& topology,
                    const graph::Vertex& device) {
  const auto add = [&](graph::VertexId other) {
    entries_[device.id].others.push_back(other);
    entries_[device.id].takes_all = true;
    entries_[other].others.push_back(device.id);
  };
  for (const graph::VertexId function : FunctionsOf(topology, device)) {
    for (const graph::VertexId other :
         topology.RelatedTo(function, RelationKind::kAcceleratorOf)) {
      if (IsVfio(topology.vertex(other))) continue;
      add(other);
      for (const graph::VertexId engine :
           topology.RelatedTo(other, RelationKind::kEngineOf)) {
        add(engine);
      }
    }
  }
}

std::span<const graph::VertexId> Doors::OthersOf(graph::VertexId device) const {
  const auto found = entries_.find(device);
  if (found == entries_.end()) return {};
  return found->second.others;
}

bool Doors::TakesAll(graph::VertexId device) const {
  const auto found = entries_.find(device);
  return found != entries_.end() && found->second.takes_all;
}

}  // namespace acceld::placement
