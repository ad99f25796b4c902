// Quadratic assignment problems whose optimum is known because of how they are
// made, of any size.
//
// On a grid with city-block distances d, let every two facilities exchange
// c: whatever the assignment, that costs c times the sum of all distances. Now
// take facilities i, j, k whose locations, in the assignment to be optimal, lie
// on one shortest path with j between. More flow, by a, between i and j and
// between j and k, and less by a between i and k, costs
// a (d(i,j) + d(j,k) - d(i,k)): nothing in that assignment, and no less than
// nothing in any, as d is a metric. So however often this is done, while no
// flow gets negative, that assignment stays optimal and its cost the same.
//
// Source: G. S. Palubeckis, "A generator of test quadratic assignment problems
// with known optimal solution", USSR Computational Mathematics and Mathematical
// Physics 28(6), 1988; Y. Li and P. M. Pardalos, "Generating quadratic
// assignment test problems with known optimal permutations", Computational
// Optimization and Applications 1, 1992.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "bench/placement/instance.h"

namespace acceld::bench {

// A number from 0 to below its argument, which is positive.
using Draw = std::function<std::uint64_t(std::uint64_t below)>;

struct KnownOptimum {
  Instance instance;
  std::int64_t optimum = 0;
};

// Of `rows` x `columns` facilities and locations, in an order that is drawn.
// Requires: both are positive.
[[nodiscard]] KnownOptimum MakeKnownOptimum(std::size_t rows,
                                            std::size_t columns,
                                            const Draw& draw);

}  // namespace acceld::bench
