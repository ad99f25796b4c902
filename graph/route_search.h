// RouteSearch: shortest and widest paths from one node over the edges that
// ListRouteEdges() lists. The only file that knows Boost.Graph.
// Thread-safe: const methods share nothing that changes.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "graph/route_edges.h"

namespace acceld::graph {

// What one source reaches, by node (not by vertex).
struct SearchResult {
  std::vector<RouteCost> reach;
  // The node before each on its fastest and on its widest path; itself for
  // the source and where there is no way.
  std::vector<std::uint32_t> fastest;
  std::vector<std::uint32_t> widest;
};

class RouteSearch {
 public:
  explicit RouteSearch(const RouteEdges& list);
  ~RouteSearch();
  RouteSearch(const RouteSearch&) = delete;
  RouteSearch& operator=(const RouteSearch&) = delete;

  // Among paths of equal latency the one with fewer links is the fastest.
  // Complexity: two Dijkstra searches.
  [[nodiscard]] SearchResult From(std::uint32_t source) const;

  struct Step {
    int hops = 0;
    Evidence evidence = Evidence::kMeasured;
  };
  // The edge that a fastest (widest) path takes from `a` to `b`.
  // Requires: there is one.
  [[nodiscard]] Step FastestStep(std::uint32_t a, std::uint32_t b) const;
  [[nodiscard]] Step WidestStep(std::uint32_t a, std::uint32_t b) const;

 private:
  struct Network;
  std::unique_ptr<const Network> network_;
};

}  // namespace acceld::graph
