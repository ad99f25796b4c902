#include "graph/fabric_peers.h"

#include <cstdint>
#include <vector>

#include "graph/hanging.h"

namespace acceld::graph {

std::set<VertexId> FabricPeersOf(const Topology& topology, VertexId from) {
  std::set<VertexId> peers;
  std::vector<VertexId> front = {from};
  while (!front.empty()) {
    const VertexId id = front.back();
    front.pop_back();
    for (const std::uint32_t index : topology.LinksOf(id)) {
      const Link& link = topology.links()[index];
      const VertexId other = OtherEnd(link, id);
      if (link.kind != LinkKind::kFabric || !peers.insert(other).second) {
        continue;
      }
      if (topology.vertex(other).kind == VertexKind::kFabricHub) {
        front.push_back(other);
      }
    }
  }
  return peers;
}

}  // namespace acceld::graph
