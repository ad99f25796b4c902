// The order in which places are worked out: a vertex after what it hangs on.
// Pure; no threading rule.
#pragma once

#include <vector>

#include "graph/parts.h"

namespace acceld::graph {

// Every vertex once, each after all its parents; `parents` is by vertex.
// Things that facts hang on each other in a ring contradict each other: they
// are taken from each other's parents first.
// Complexity: linear in vertices and parents.
[[nodiscard]] std::vector<VertexId> ParentsFirst(
    std::vector<std::vector<VertexId>>& parents);

}  // namespace acceld::graph
