// Geometry: how near the sites are to each other, as far as bounds need to
// know. Every row of distances is computed once and dropped: memory grows with
// the number of sites, not with its square. A value.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "placement/cost.h"
#include "placement/search/meter.h"
#include "placement/search/sites.h"

namespace acceld::placement {

struct Near {
  std::size_t site = 0;
  Cost cost = 0;
};

struct Geometry {
  // An edge of a minimum spanning tree of all sites, lightest first. Where no
  // path leads it costs more than all others, but less than kMaxCost where
  // that leaves room for sums.
  struct Edge {
    Cost cost = 0;
    std::size_t a = 0;
    std::size_t b = 0;
  };
  std::vector<Edge> tree;
  // Classes with the same domain form a group.
  std::vector<std::size_t> group;  // by class
  // By group, then site: the nearest sites of the group, nearest first, the
  // site itself left out. As many as can matter, or all.
  std::vector<std::vector<std::vector<Near>>> near;
};

// The lesser cost of the two paths between two sites; kMaxCost where there is
// none, so that bounds stay finite.
[[nodiscard]] Cost Distance(const Problem& problem, const Sites& sites,
                            std::size_t a, std::size_t b);

// `variables`: how many are to be placed. Nothing where `stopped`, which is
// asked once a site, ended it. Complexity: all pairs of sites once.
// Requires: there is a site.
[[nodiscard]] std::optional<Geometry> Survey(const Problem& problem,
                                             const Sites& sites,
                                             std::size_t variables,
                                             const Meter& stopped);

}  // namespace acceld::placement
