// Where a device hangs, in the words of a machine document: what Describe adds
// to a device where places are asked for (docs/attributes.md).
// Pure; thread-safe.
#pragma once

#include <string_view>
#include <vector>

#include "graph/topology.h"

namespace acceld::graph {

struct NamedPlace {
  std::string_view name;  // "place_switch"
  VertexId place;
};

// "place_function", "place_switch", "place_root_port", "place_host_bridge",
// "place_numa" and "place_package" of an accelerator, engine, NIC or storage
// device, as far as it has them. Empty for other vertices.
[[nodiscard]] std::vector<NamedPlace> NamedPlaces(const Topology& topology,
                                                  const Vertex& vertex);

}  // namespace acceld::graph
