// Parents: what each vertex hangs on, from relations and links. The input of
// the attachments.
// Pure; no threading rule.
#pragma once

#include <span>
#include <vector>

#include "graph/parts.h"

namespace acceld::graph {

// Facts say that the one is a part of the other: an engine of an accelerator.
struct DevicePart {
  VertexId part;
  VertexId whole;

  friend auto operator<=>(const DevicePart&, const DevicePart&) = default;
};

struct Parents {
  // By vertex, in id order, each once. Contradicting facts may make a ring.
  std::vector<std::vector<VertexId>> of;
  // In order, each once. A part may be said to be of several wholes.
  std::vector<DevicePart> parts;
  // By memory target: the vertices that share it (kSharesMemory).
  std::vector<std::vector<VertexId>> sharers;
};

[[nodiscard]] Parents FindParents(std::span<const Vertex> vertices,
                                  std::span<const Link> links,
                                  std::span<const Relation> relations);

}  // namespace acceld::graph
