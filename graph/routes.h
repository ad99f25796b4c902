// Routes: what it costs to get from each vertex of a snapshot to each other,
// one row per source vertex, computed on first use and kept; rows of the
// snapshot before that cannot have changed are taken over.
// Thread-safe: what is computed on first use is published atomically.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "graph/contraction.h"
#include "graph/first_use.h"
#include "graph/parts.h"
#include "graph/route_changes.h"
#include "graph/route_edges.h"
#include "graph/route_search.h"
#include "graph/stated_pairs.h"

namespace acceld::graph {

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

  // Takes over the rows that `before` has and that stand here as well; costs
  // to the few vertices whose distances from everywhere may differ are
  // computed anew, one column each, when they are asked for.
  // Requires: nobody reads from this object yet.
  void TakeOver(const Routes& before, SameVertices same);

  // Complexity: one sweep (graph/contraction.h) the first time for a source,
  // then two loads.
  [[nodiscard]] RouteCost CostBetween(VertexId from, VertexId to) const;
  // Nothing where there is no way. Complexity: two Dijkstra searches the first
  // time for a source.
  [[nodiscard]] std::optional<Route> RouteBetween(VertexId from,
                                                  VertexId to) const;
  // Rows there are, computed or taken over.
  [[nodiscard]] std::size_t row_count() const { return rows_.count(); }

 private:
  using Costs = std::vector<RouteCost>;
  // By node: the node before it (SearchResult).
  struct Trees {
    std::vector<std::uint32_t> fastest;
    std::vector<std::uint32_t> widest;
  };
  [[nodiscard]] const Contraction* contraction() const;
  [[nodiscard]] const RouteSearch& search() const;
  [[nodiscard]] std::shared_ptr<const Costs> ComputeRow(VertexId from) const;
  [[nodiscard]] std::shared_ptr<const Costs> ComputeColumn(VertexId to) const;
  void State(VertexId from, VertexId to, RouteCost& cost) const;
  [[nodiscard]] bool IsStatedAlike(VertexId id, const Routes& before,
                                   SameVertices same) const;
  void KeepColumns(const Routes& before, SameVertices same,
                   const std::vector<bool>& is_new);
  // Costs in the new snapshot between the ends of the edges that changed.
  [[nodiscard]] Costs Detours(std::span<const WideChange> changes) const;
  // Whether the row of `old` in `before` stands in spite of the changes.
  [[nodiscard]] static bool RowStands(const Routes& before, VertexId old,
                                      std::span<const WideChange> changes,
                                      std::span<const RouteCost> detours);
  // Calls visit(a, b) for each edge of a path, from its end to its source.
  template <typename Visit>
  void Walk(const std::vector<std::uint32_t>& before, VertexId from,
            VertexId to, Visit visit) const;

  RouteEdges nodes_;
  StatedPairs stated_;
  mutable std::once_flag is_contracted_;
  mutable std::unique_ptr<const Contraction> contraction_;
  mutable std::once_flag has_search_;
  mutable std::unique_ptr<const RouteSearch> search_;
  // Where in a row the cost to a vertex stands. A row that was taken over may
  // be too short for it, and then the vertex's column is asked.
  std::vector<std::uint32_t> place_;  // by vertex
  std::vector<std::uint32_t> ends_;   // entry node by place
  FirstUse<Costs> rows_;              // by source; costs by place
  FirstUse<Costs> columns_;           // by target; costs by source
  FirstUse<Trees> trees_;             // by source
};

}  // namespace acceld::graph
