// What a memory's line says: its size and kind, who reaches it and at what
// cost, and who shares it.
// Pure functions of the topology; no threading rule.
#pragma once

#include <optional>
#include <vector>

#include "client/topo/look.h"
#include "graph/hanging.h"
#include "graph/topology.h"

namespace acceld::topo {

// What an initiator sees of a memory target, as the firmware (kAccess) says.
struct Access {
  graph::VertexId initiator;
  std::optional<Sourced<Nanoseconds>> latency;       // of reads, else writes
  std::optional<Sourced<BytesPerSecond>> bandwidth;  // of reads, else writes
};
// In the order of the relations (by initiator).
[[nodiscard]] std::vector<Access> AccessesTo(const graph::Topology& topology,
                                             graph::VertexId memory);
// "90ns, 100GB/s"; "" where neither is known.
[[nodiscard]] std::string TextOf(const Access& access);

[[nodiscard]] std::vector<Token> DescribeMemory(const graph::Topology& topology,
                                                const graph::Hanging& hanging,
                                                const graph::Vertex& vertex);

}  // namespace acceld::topo
