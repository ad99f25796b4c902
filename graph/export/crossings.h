// Crossings: the links that the tree of a machine cannot hold, because they
// join two of its branches (socket links, fabrics), and memories that several
// devices share without a link that says how. Pictures draw them as wires.
// Pure functions of the topology; no threading rule.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "graph/hanging.h"
#include "graph/topology.h"

namespace acceld::graph::exports {

struct Crossing {
  bool is_link = true;      // else a kSharesMemory relation
  std::uint32_t index = 0;  // into links() or relations()
  VertexId from;
  VertexId to;
};

// Links first, in their order. What firmware states of a node and a memory
// (kAccess) is told by the memory's words, its memory bus is not drawn again.
[[nodiscard]] std::vector<Crossing> FindCrossings(const Topology& topology,
                                                  const Hanging& hanging);

// What is written beside it, a line each: "fabric", "300GB/s?", "250ns?".
[[nodiscard]] std::vector<std::string> WordsOf(const Topology& topology,
                                               const Crossing& crossing);

}  // namespace acceld::graph::exports
