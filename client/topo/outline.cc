#include "client/topo/outline.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "client/topo/describe.h"

namespace acceld::topo {
namespace {

using graph::Topology;
using graph::Vertex;
using graph::VertexId;

using Keep = std::function<bool(VertexKind)>;

Item BuildItem(const Topology& topology, const Hanging& hanging, VertexId id,
               const Keep& keep) {
  const Vertex& vertex = topology.vertex(id);
  Item item;
  item.kind = vertex.kind;
  item.key = KeyOf(topology, id);
  item.tokens = Describe(topology, hanging, vertex);
  for (const VertexId child : hanging.ChildrenOf(id)) {
    if (!keep(topology.vertex(child).kind)) continue;
    item.children.push_back(BuildItem(topology, hanging, child, keep));
  }
  return item;
}

}  // namespace

std::vector<Item> BuildOutline(const Topology& topology, const Hanging& hanging,
                               const Keep& keep) {
  std::vector<Item> items;
  for (const VertexId id : hanging.roots()) {
    if (!keep(topology.vertex(id).kind)) continue;
    items.push_back(BuildItem(topology, hanging, id, keep));
  }
  return items;
}

}  // namespace acceld::topo
