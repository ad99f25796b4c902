// Contraction: the edges that ListRouteEdges() lists, prepared so that one
// sweep over them gives the distances of a whole row.
//
// Nodes are taken out one by one, those with the fewest ways through them
// first; where two neighbours of the node taken out are joined through it,
// they get an edge of their own that costs what the way costs. What hangs off
// the rest as a tree or a chain (bridges, functions, devices) goes without
// leaving anything behind. A row is then a climb from its source to what was
// taken out later, a few nodes, and one pass over all in the reverse order.
// Immutable once built; thread-safe.
// Source: Delling, Goldberg, Nowatzyk, Werneck, "PHAST: Hardware-Accelerated
// Shortest Path Trees", 2013 (the sweep); Dibbelt, Strasser, Wagner,
// "Customizable Contraction Hierarchies", 2016 (an order without weights,
// so that one serves latency and bandwidth).
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "graph/route_edges.h"

namespace acceld::graph {

class Contraction {
 public:
  // Null where too many edges would have to be added for it to pay, as among
  // hundreds of switches that are nearly all joined to each other.
  // Complexity: on machines and fabrics about n log n in nodes and edges; at
  // most 256 steps for each of them.
  [[nodiscard]] static std::unique_ptr<const Contraction> Build(
      const RouteEdges& list);

  enum class Direction { kFrom, kTo };
  // Sets costs[i] to what it costs to get from `node` to ends[i] (kTo: from
  // ends[i] to `node`). The same values as RouteSearch's.
  // Requires: as many costs as ends.
  // Complexity: linear in the edges, with two or three a node.
  void Sweep(std::uint32_t node, Direction direction,
             std::span<const std::uint32_t> ends,
             std::span<RouteCost> costs) const;

  // Nodes are numbered here by when they were taken out. Latency in ns,
  // kNoWay where there is none; bandwidth in bytes/s, 0 where there is none.
  struct Cost {
    std::int64_t latency;
    std::int64_t bandwidth;
  };
  struct Edge {
    std::uint32_t later;  // the end that was taken out later
    Cost cost;
  };
  // For each node its edges to nodes that were taken out later.
  struct Edges {
    std::vector<std::uint32_t> begins;
    std::vector<Edge> edges;
    [[nodiscard]] std::span<const Edge> Of(std::uint32_t node) const {
      return std::span(edges).subspan(begins[node],
                                      begins[node + 1] - begins[node]);
    }
  };

 private:
  Contraction(std::vector<std::uint32_t> ranks, Edges up, Edges down);

  std::vector<std::uint32_t> rank_;  // by node
  Edges up_;                         // towards the later node
  Edges down_;                       // from the later node
};

}  // namespace acceld::graph
