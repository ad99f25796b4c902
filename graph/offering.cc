#include "graph/offering.h"

#include "base/attribute.h"
#include "base/topology_terms.h"

namespace acceld::graph {

bool IsOffered(const Vertex& vertex) {
  if (vertex.kind == VertexKind::kAccelerator) return true;
  return (vertex.kind == VertexKind::kNic ||
          vertex.kind == VertexKind::kStorage) &&
         vertex.Get(attr::kFunctions) != nullptr;
}

}  // namespace acceld::graph
