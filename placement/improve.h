// Local improvement of a known placement: moves of one variable and exchanges
// of two, while they help. Gives the search a good bound early; gives up
// nothing, as the search proves or beats the result. Pure.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "placement/problem.h"
#include "placement/search_order.h"

namespace acceld::placement {

// The cost of a full choice of values (by position); kForbidden where a hard
// constraint does not hold.
[[nodiscard]] Cost Evaluate(const Problem& problem,
                            const std::vector<SearchVariable>& order,
                            const std::vector<std::size_t>& values);

// Improves `values` in place until nothing helps or `stopped` says so; returns
// the cost. Requires: `values` is valid and costs `total`.
Cost Improve(const Problem& problem, const std::vector<SearchVariable>& order,
             const std::function<bool()>& stopped, Cost total,
             std::vector<std::size_t>& values);

}  // namespace acceld::placement
