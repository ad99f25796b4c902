// Describe: what one line of the tree says about a vertex, in the order in
// which people look for it.
// Pure functions of the topology; no threading rule.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/topo/look.h"
#include "graph/hanging.h"
#include "graph/topology.h"

namespace acceld::topo {

// The words after the key. `hanging` tells what stands around the vertex, so
// that a line does not repeat its parent's.
[[nodiscard]] std::vector<Token> Describe(const graph::Topology& topology,
                                          const graph::Hanging& hanging,
                                          const graph::Vertex& vertex);

// The attribute for people, with its mark; "" where it is not known.
[[nodiscard]] std::string TextOf(const graph::Vertex& vertex,
                                 std::string_view name);
// The attribute of the vertex, else that of the PCI function it is on.
[[nodiscard]] const Attribute* FindHereOrOnFunction(
    const graph::Topology& topology, const graph::Vertex& vertex,
    std::string_view name);

// A key as people may see it (it holds no control characters by contract, but
// it came from outside).
[[nodiscard]] std::string KeyOf(const graph::Topology& topology,
                                graph::VertexId id);

// "PASID 20 bits, ATS, PRI": what the function offers for shared virtual
// addresses; "" where nothing is known.
[[nodiscard]] std::string SharedAddressing(const graph::Vertex& vertex);

}  // namespace acceld::topo
