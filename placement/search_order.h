// The order in which the search gives values to the variables, and the
// spanning forest that its lower bound runs over. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "placement/problem.h"

namespace acceld::placement {

inline constexpr std::size_t kNone = static_cast<std::size_t>(-1);

// One variable: a replica of a class. Positions are indices into the order.
struct SearchVariable {
  std::size_t values = 0;            // class
  std::int64_t replica = 0;          // 0 .. count-1 of the class
  std::size_t parent = kNone;        // in the forest; an earlier position
  std::size_t twin = kNone;          // the replica before it; earlier
  std::vector<std::size_t> earlier;  // tied to by a pair table, parent excluded
  std::vector<std::size_t> later;    // tied to by a pair table
};

// Every tree starts at the variable with the fewest values and grows by the
// heaviest tie (a maximum spanning forest after Prim), so that the bound, which
// is exact on the forest, leaves out the lightest ties. Deterministic; replicas
// of a class come in their own order.
[[nodiscard]] std::vector<SearchVariable> OrderVariables(
    const Problem& problem);

}  // namespace acceld::placement
