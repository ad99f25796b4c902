// The bound for dense problems: never above what brute force finds, and as high
// as is published for problems of its kind.
#include "placement/search/pair_bound.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <vector>

#include "bench/placement/matrix_problem.h"
#include "placement/search/sites.h"
#include "placement/search/state.h"
#include "tests/unit/placement/search/random_instance.h"

namespace acceld::placement {
namespace {

using acceld::bench::Instance;
using acceld::testing::Dice;
using acceld::testing::DrawDense;
using acceld::testing::DrawInstance;
using acceld::testing::LeastCost;

constexpr std::uint64_t kCases = 400;

bool Never(std::int64_t) { return false; }

// The least cost of any completion.
Cost LeastFrom(const Problem& problem, State& state) {
  if (state.complete()) return state.total();
  std::size_t c = 0;
  while (state.open(c) == 0) ++c;
  Cost least = kForbidden;
  for (std::size_t v = 0; v < problem.classes[c].domain.size(); ++v) {
    if (state.costs(c)[v] >= kForbidden) continue;
    state.Choose(c, v);
    least = std::min(least, LeastFrom(problem, state));
    state.Undo();
  }
  return least;
}

// By site, as the instance says.
std::vector<std::int64_t> RoomOf(const Instance& one, const Sites& sites) {
  std::vector<std::int64_t> room;
  for (const graph::VertexId vertex : sites.vertex) {
    room.push_back(one.capacity[vertex.value()]);
  }
  return room;
}

// Down one path, the bound and those of all single choices at every level.
// `best` is what was known before: what costs less must never be excluded.
void CheckAlongPath(const Instance& one, Cost best, Dice& dice) {
  const auto problem = bench::MakeProblem(one);
  State state(*problem);
  const Sites sites = NumberSites(*problem, state);
  const auto bound =
      PairBound::Make(*problem, state, sites, RoomOf(one, sites), best, Never);
  if (bound == nullptr) return;
  while (!state.complete()) {
    const Cost least = LeastFrom(*problem, state);
    const Cost found = bound->Bound(state, best);
    if (least < best) {
      ASSERT_LE(found, least);
    }
    ASSERT_LE(bound->RoundUp(std::min(found, least)), least);
    if (found >= best) return;
    std::vector<std::pair<std::size_t, std::size_t>> choices;
    for (std::size_t c = 0; c < problem->classes.size(); ++c) {
      if (state.open(c) == 0) continue;
      for (std::size_t v = 0; v < problem->classes[c].domain.size(); ++v) {
        if (state.costs(c)[v] >= kForbidden) continue;
        state.Choose(c, v);
        const Cost with = LeastFrom(*problem, state);
        state.Undo();
        if (with < best) {
          ASSERT_LE(bound->BoundWith(c, sites.site[c][v]), with);
          choices.emplace_back(c, v);
        }
      }
    }
    if (choices.empty()) return;
    const auto last = static_cast<std::int64_t>(choices.size()) - 1;
    const auto [c, v] = choices[static_cast<std::size_t>(dice.Draw(0, last))];
    bound->Place(c, sites.site[c][v]);
    state.Choose(c, v);
  }
}

TEST(PairBound, DenseInstances_NeverAboveBruteForce) {
  for (std::uint64_t seed = 0; seed < kCases; ++seed) {
    SCOPED_TRACE(seed);
    Dice dice(seed);
    Instance one = DrawDense(dice);
    if (one.stages > 5) continue;
    const Cost above = *LeastCost(one) + 1 + dice.Draw(0, 40);
    ASSERT_NO_FATAL_FAILURE(CheckAlongPath(one, above, dice));
  }
}

// Fewer stages than places, with room for two in some, and forbidden pairs.
TEST(PairBound, AnyInstances_NeverAboveBruteForce) {
  for (std::uint64_t seed = 0; seed < kCases; ++seed) {
    SCOPED_TRACE(seed);
    Dice dice(seed);
    const Instance one = DrawInstance(dice);
    const auto least = LeastCost(one);
    if (!least) continue;
    const Cost above = *least + 1 + dice.Draw(0, 40);
    ASSERT_NO_FATAL_FAILURE(CheckAlongPath(one, above, dice));
  }
}

// Costs of a machine are large: units are then many of them.
TEST(PairBound, LargeCosts_NeverAboveBruteForce) {
  for (std::uint64_t seed = 0; seed < kCases; ++seed) {
    SCOPED_TRACE(seed);
    Dice dice(seed);
    Instance one = DrawDense(dice);
    if (one.stages > 5) continue;
    for (auto& cost : one.distance) cost = cost * 1'000'000'007 + 1;
    for (std::size_t i = 0; i < one.devices; ++i) {
      one.distance[i * one.devices + i] = 0;
    }
    const Cost above = *LeastCost(one) + 1 + dice.Draw(0, 1'000'000'000);
    ASSERT_NO_FATAL_FAILURE(CheckAlongPath(one, above, dice));
  }
}

// Facilities on a grid with city-block distances, as in the problems of Nugent,
// Vollmann and Ruml (1968), with flows of their own.
Instance Grid(std::size_t rows, std::size_t columns) {
  Dice dice(5);
  Instance one;
  one.stages = rows * columns;
  one.devices = one.stages;
  one.capacity.assign(one.devices, 1);
  one.flow.assign(one.stages * one.stages, 0);
  one.allowed.resize(one.stages);
  for (auto& allowed : one.allowed) {
    allowed.resize(one.devices);
    std::iota(allowed.begin(), allowed.end(), std::size_t{0});
  }
  const auto apart = [](std::size_t a, std::size_t b) {
    return a < b ? b - a : a - b;
  };
  for (std::size_t a = 0; a < one.devices; ++a) {
    for (std::size_t b = 0; b < one.devices; ++b) {
      one.distance.push_back(static_cast<std::int64_t>(
          apart(a / columns, b / columns) + apart(a % columns, b % columns)));
      if (a >= b || dice.OneOf(3)) continue;
      const std::int64_t flow = dice.Draw(1, 6);
      one.flow[a * one.stages + b] = flow;
      one.flow[b * one.stages + a] = flow;
    }
  }
  return one;
}

// A placement from exchanges of two until none helps.
Cost GoodCost(const Instance& one) {
  std::vector<std::size_t> at(one.stages);
  std::iota(at.begin(), at.end(), std::size_t{0});
  const auto cost = [&] {
    Cost sum = 0;
    for (std::size_t i = 0; i < one.stages; ++i) {
      for (std::size_t j = 0; j < one.stages; ++j) {
        sum += one.Flow(i, j) * one.Distance(at[i], at[j]);
      }
    }
    return sum;
  };
  Cost best = cost();
  for (Cost before = best + 1; best < before;) {
    before = best;
    for (std::size_t i = 0; i < one.stages; ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        std::swap(at[i], at[j]);
        if (cost() < best) {
          best = cost();
        } else {
          std::swap(at[i], at[j]);
        }
      }
    }
  }
  return best;
}

// Published for grids of 12 and 15 (nug12, nug15): 90 % of the optimum at the
// root, where the Gilmore-Lawler bound says 85 and 84 %. These flows are
// denser.
TEST(PairBound, Grids_RootIsHigh) {
  for (const std::size_t columns : {4, 5}) {
    const Instance one = Grid(3, columns);
    const auto problem = bench::MakeProblem(one);
    State state(*problem);
    const Sites sites = NumberSites(*problem, state);
    const Cost best = GoodCost(one);
    const auto bound = PairBound::Make(*problem, state, sites,
                                       RoomOf(one, sites), best, Never);
    ASSERT_NE(bound, nullptr);
    const Cost root = bound->Bound(state, best);
    EXPECT_LT(root, best);
    EXPECT_GE(root * 100, best * 85) << root << " of " << best;
  }
}

TEST(PairBound, NothingKnown_IsNotMade) {
  const Instance one = Grid(2, 2);
  const auto problem = bench::MakeProblem(one);
  State state(*problem);
  const Sites sites = NumberSites(*problem, state);
  EXPECT_EQ(PairBound::Make(*problem, state, sites, RoomOf(one, sites),
                            kForbidden, Never),
            nullptr);
}

}  // namespace
}  // namespace acceld::placement
