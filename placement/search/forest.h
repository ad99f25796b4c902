// Forest: a spanning forest of the ties between variables, for the bound that
// runs over it (search/forest_bound.h). Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "placement/problem.h"
#include "placement/search/sites.h"

namespace acceld::placement {

// One variable: a replica of a class. Parents come before their children.
struct ForestNode {
  std::size_t values = 0;            // class
  std::int64_t replica = 0;          // 0 .. count-1 of the class
  std::size_t parent = kNone;        // an earlier node
  std::vector<std::size_t> earlier;  // tied to outside the forest
};

// Every tree starts at the variable with the fewest values and grows by the
// heaviest tie (a maximum spanning forest after Prim), so that the bound, which
// is exact on the forest, leaves out the lightest ties. Deterministic; replicas
// of a class come in their own order.
[[nodiscard]] std::vector<ForestNode> GrowForest(const Problem& problem);

}  // namespace acceld::placement
