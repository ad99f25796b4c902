// Parents: what each vertex hangs on, from relations and links. The input of
// the attachments.
// Pure; no threading rule.
#pragma once

#include <span>
#include <vector>

#include "graph/parts.h"

namespace acceld::graph {

struct Parents {
  // By vertex, in id order, each once.
  std::vector<std::vector<VertexId>> of;
  // By vertex: the next larger part of the same physical device, or the
  // vertex itself.
  std::vector<VertexId> device_part_of;
  // By memory target: the vertices that share it (kSharesMemory).
  std::vector<std::vector<VertexId>> sharers;
};

[[nodiscard]] Parents FindParents(std::span<const Vertex> vertices,
                                  std::span<const Link> links,
                                  std::span<const Relation> relations);

}  // namespace acceld::graph
