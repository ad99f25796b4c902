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

// Appends the item of `id`, or, where it is not kept, those below it.
void AppendItems(const Topology& topology, const graph::Hanging& hanging,
                 VertexId id, const Keep& keep, std::vector<Item>& items) {
  const Vertex& vertex = topology.vertex(id);
  if (!keep(vertex)) {
    for (const VertexId child : hanging.ChildrenOf(id)) {
      AppendItems(topology, hanging, child, keep, items);
    }
    return;
  }
  Item item;
  item.kind = vertex.kind;
  item.key = KeyOf(topology, id);
  item.tokens = Describe(topology, hanging, vertex);
  for (const VertexId child : hanging.ChildrenOf(id)) {
    AppendItems(topology, hanging, child, keep, item.children);
  }
  items.push_back(std::move(item));
}

}  // namespace

std::vector<Item> BuildOutline(const Topology& topology,
                               const graph::Hanging& hanging, const Keep& keep,
                               std::optional<VertexId> top) {
  std::vector<Item> items;
  if (top) {
    AppendItems(topology, hanging, *top, keep, items);
    return items;
  }
  for (const VertexId id : hanging.roots()) {
    AppendItems(topology, hanging, id, keep, items);
  }
  return items;
}

}  // namespace acceld::topo
