// RouteEdges: the directed edges that paths may use, as a plain list.
//
// Traffic may begin or end at an accelerator, an engine, a memory target, a
// NIC or a storage device, but not pass through one. Instead of asking at each
// step of a search, the list splits every such vertex into two nodes: all
// edges that leave it start at its exit, all edges that reach it end at its
// entry, and none leads from the entry to the exit. A search starts at exits
// and reads its results at entries; no path can go through.
//
// What belongs to a device (its engines, memory of no NUMA node that it
// shares) is reached through it all the same: further edges lead from the
// device's entry to the part's entry, and from the part's exit to the device's
// exit. Pure; no threading rule.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "base/units.h"
#include "graph/parts.h"

namespace acceld::graph {

// From one source to one node or vertex. A negative latency: no way.
struct RouteCost {
  Nanoseconds latency{-1};
  BytesPerSecond bandwidth;
  friend bool operator==(const RouteCost&, const RouteCost&) = default;
};

// A link slower than this (4 s) is taken to be this slow, and a whole way
// slower than that (over two hours) to be that slow: so that latency and hops
// fit one integer (graph/route_search.cc) however many links a way has.
inline constexpr Nanoseconds kSlowestLink{std::int64_t{1} << 32};
inline constexpr Nanoseconds kSlowestRoute{(std::int64_t{1} << 43) - 1};

struct RouteEdge {
  std::uint32_t from = 0;  // nodes, not vertices
  std::uint32_t to = 0;
  Nanoseconds latency;
  BytesPerSecond bandwidth;
  Evidence evidence = Evidence::kMeasured;
  int hops = 1;  // 0: the two ends are parts of one device
};

struct RouteEdges {
  std::vector<std::uint32_t> exit;   // node by vertex
  std::vector<std::uint32_t> entry;  // node by vertex; == exit unless split
  std::vector<VertexId> vertex;      // vertex by node
  std::vector<RouteEdge> edges;      // sorted by from, then to
};

// Latency in ns, at most kSlowestLink.
[[nodiscard]] inline std::int64_t ClampedLatency(const RouteEdge& edge) {
  return std::min(edge.latency, kSlowestLink).value();
}

// Links give edges in both directions. Engines and accelerators without a link
// to what they are part of get edges that cost nothing. A device that owns a
// part of a memory gets the default on-die link to it where there is none and
// the memory is the device's own (kind "device"), or no link reaches it at all.
[[nodiscard]] RouteEdges ListRouteEdges(std::span<const Vertex> vertices,
                                        std::span<const Link> links,
                                        std::span<const Relation> relations);

}  // namespace acceld::graph
