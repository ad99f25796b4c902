// RouteChanges: which distances can differ between two snapshots, so that the
// rows of the old one that cannot have changed stand in the new one.
//
// A way from x to y that uses an edge u -> v comes from where u is reached
// without v, and goes where v leads without u. Where one of these two sets is
// small (a device hangs on the edge), it is listed: distances from, or to, the
// few in it are computed anew and all others stand. Where both are large, each
// row is asked by itself (Stands); and where v is a port with few ways on,
// about what comes behind v, while distances to v are computed anew. Pure
// values and functions; thread-safe.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/units.h"
#include "graph/parts.h"
#include "graph/route_edges.h"

namespace acceld::graph {

// By vertex of the new snapshot: the same thing (key and kind) in the old one.
using SameVertices = std::span<const std::optional<VertexId>>;

// One edge between two large parts of the machine.
struct WideChange {
  // An edge of the new snapshot that ends where the changed one does.
  struct Other {
    VertexId from;  // of the old snapshot
    Nanoseconds latency;
  };
  VertexId from;  // of the old snapshot, both
  VertexId to;
  RouteCost before;
  RouteCost after;
  // Nodes of the new snapshot; absent where the vertex is gone.
  std::optional<std::uint32_t> from_node;
  std::optional<std::uint32_t> to_node;
  std::vector<Other> others;
};

struct RouteChanges {
  // By vertex of the new snapshot.
  std::vector<bool> from;  // distances from it may differ
  std::vector<bool> to;    // distances to it may differ
  std::vector<WideChange> wide;
};

// Nothing where more than a few edges differ or one joins a new thing to two
// large parts: then all rows are computed anew.
// Complexity: n log n in the edges of both.
[[nodiscard]] std::optional<RouteChanges> CompareRoutes(
    const RouteEdges& before, const RouteEdges& after, SameVertices same);

// Whether a row of the old snapshot stands in spite of the change of one edge
// u -> v. For several changes: where it stands for each.
// `cost_to`: the row's costs by vertex of the old snapshot, nothing where the
// row does not have them. `detour`: what it costs in the new snapshot to get
// from u to v.
//
// It stands where the edge improves nothing, and what was lost with it is made
// good: the fastest way to v by another edge into v that is as fast (which
// costs time, so v cannot be on the way to where it starts), the widest by a
// detour that is as wide.
template <typename CostTo>
[[nodiscard]] bool Stands(const WideChange& change, CostTo cost_to,
                          const RouteCost& detour) {
  const std::optional<RouteCost> to_u = cost_to(change.from);
  const std::optional<RouteCost> to_v = cost_to(change.to);
  if (!to_u || !to_v) return false;
  if (to_u->latency.value() < 0) return true;
  // Where a sum was cut, nobody can tell which edges it was made of.
  if (to_u->latency == kSlowestRoute || to_v->latency == kSlowestRoute) {
    return false;
  }
  auto is_way = [](const RouteCost& cost) { return cost.latency.value() >= 0; };
  auto is_as_fast = [&](const RouteCost& edge) {
    return is_way(edge) && to_u->latency + edge.latency <= to_v->latency;
  };
  auto is_as_wide = [&](const RouteCost& edge) {
    return is_way(edge) &&
           std::min(to_u->bandwidth, edge.bandwidth) >= to_v->bandwidth;
  };
  const RouteCost& now = change.after;
  if (is_way(now) &&
      (!is_way(*to_v) || to_u->latency + now.latency < to_v->latency ||
       std::min(to_u->bandwidth, now.bandwidth) > to_v->bandwidth)) {
    return false;
  }
  if (is_as_wide(change.before) && !is_as_wide(detour)) return false;
  if (!is_as_fast(change.before) || is_as_fast(now)) return true;
  return std::any_of(
      change.others.begin(), change.others.end(), [&](const auto& other) {
        const std::optional<RouteCost> start = cost_to(other.from);
        return other.latency.value() > 0 && start && is_way(*start) &&
               start->latency + other.latency <= to_v->latency;
      });
}

}  // namespace acceld::graph
