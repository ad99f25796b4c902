// Routes: what it costs to get from each vertex of a snapshot to each other,
// one row per source vertex, computed on first use and kept.
// Thread-safe: rows are published through atomic pointers; two threads that
// want one row at once may both compute it, and one result is kept.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "graph/parts.h"
#include "graph/route_edges.h"
#include "graph/route_search.h"
#include "graph/stated_pairs.h"

namespace acceld::graph {

// From one source to one vertex. A negative latency: no way.
struct RouteCost {
  Nanoseconds latency{-1};
  BytesPerSecond bandwidth;
};

// One way in full.
struct Route {
  RouteCost cost;
  int hops = 0;                             // links on the fastest path
  std::vector<VertexId> path;               // fastest path, both ends included
  Evidence evidence = Evidence::kMeasured;  // weakest on the fastest and the
                                            // widest path
};

class Routes {
 public:
  // Requires: ids in `links` and `relations` are indices into `vertices`.
  Routes(std::span<const Vertex> vertices, std::span<const Link> links,
         std::span<const Relation> relations);
  ~Routes();
  Routes(const Routes&) = delete;
  Routes& operator=(const Routes&) = delete;

  // By target vertex. Complexity: two Dijkstra searches the first time, then
  // one atomic load.
  [[nodiscard]] std::span<const RouteCost> RowOf(VertexId from) const;
  // Nothing where there is no way.
  [[nodiscard]] std::optional<Route> RouteBetween(VertexId from,
                                                  VertexId to) const;

 private:
  struct Row {
    std::vector<RouteCost> costs;  // by vertex
    // By node: the node before it (SearchResult).
    std::vector<std::uint32_t> fastest;
    std::vector<std::uint32_t> widest;
  };
  [[nodiscard]] const Row& GetRow(VertexId from) const;
  [[nodiscard]] std::unique_ptr<const Row> ComputeRow(VertexId from) const;
  // Calls visit(a, b) for each edge of a path, from its end to its source.
  template <typename Visit>
  void Walk(const std::vector<std::uint32_t>& before, VertexId from,
            VertexId to, Visit visit) const;

  RouteEdges nodes_;  // without its edges: they live in search_
  RouteSearch search_;
  StatedPairs stated_;
  mutable std::vector<std::atomic<const Row*>> rows_;  // owned; null: not yet
};

}  // namespace acceld::graph
