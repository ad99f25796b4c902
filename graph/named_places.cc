#include "graph/named_places.h"

#include <optional>

#include "base/topology_terms.h"

namespace acceld::graph {

std::vector<NamedPlace> NamedPlaces(const Topology& topology,
                                    const Vertex& vertex) {
  std::vector<NamedPlace> places;
  if (vertex.kind != VertexKind::kAccelerator &&
      vertex.kind != VertexKind::kEngine && vertex.kind != VertexKind::kNic &&
      vertex.kind != VertexKind::kStorage) {
    return places;
  }
  auto add = [&](std::string_view name, std::optional<VertexId> place) {
    if (place) places.push_back({name, *place});
  };
  add("place_function", topology.FunctionOf(vertex.id));
  add("place_switch", topology.SwitchOf(vertex.id));
  add("place_root_port", topology.RootPortOf(vertex.id));
  add("place_host_bridge", topology.HostBridgeOf(vertex.id));
  add("place_numa", topology.NumaNodeOf(vertex.id));
  add("place_package", topology.PackageOf(vertex.id));
  return places;
}

}  // namespace acceld::graph
