// Interchangeable values: devices (or memory targets, or nodes) that can be
// exchanged for one another in every placement without changing its cost or
// its validity. The search tries one unused of each set. Pure.
#pragma once

#include <cstddef>
#include <vector>

#include "placement/problem.h"

namespace acceld::placement {

struct Interchange {
  // By class, then value: the vertex as a small number ("site"), the same in
  // every class.
  std::vector<std::vector<std::size_t>> site;
  // By site: its set. Sets are numbered; sites of one set are interchangeable.
  std::vector<std::size_t> set;
};

// Checks the exchange of two sites exactly: same classes, equal costs towards
// everything else and each other, equal uses of resources that are shared, and
// equal shares of resources that are their own. Complexity: sites x sets x the
// cells of two rows; most comparisons end at the first cell.
[[nodiscard]] Interchange FindInterchangeable(const Problem& problem);

}  // namespace acceld::placement
