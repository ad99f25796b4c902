// What holds of the search whatever the numbers: it is right, what it says when
// it is ended early is right, and neither names nor order matter. RapidCheck
// shrinks an instance that breaks a property; the bytes that it prints draw it
// again: DrawInstance(Dice({...})).
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <numeric>
#include <optional>
#include <vector>

#include "bench/placement/known_optimum.h"
#include "bench/placement/matrix_problem.h"
#include "placement/search/find_best.h"
#include "placement/search/search.h"
#include "tests/support/choices.h"
#include "tests/support/fake_clock.h"
#include "tests/unit/placement/search/random_instance.h"

namespace acceld::placement {
namespace {

using acceld::bench::Instance;
using acceld::testing::Dice;
using acceld::testing::DrawDense;
using acceld::testing::DrawDice;
using acceld::testing::DrawInstance;
using acceld::testing::DrawNearlySymmetric;
using acceld::testing::DrawSymmetric;
using acceld::testing::FakeClock;
using acceld::testing::kInstanceChoices;
using acceld::testing::LeastCost;

constexpr std::int64_t kAnyNumber = std::int64_t{1} << 40;

// Without a limit but these.
struct Ends {
  std::int64_t nodes = kAnyNumber;
  std::chrono::microseconds looks{1'000'000};  // at the clock
  bool symmetry = true;
  bool is_hard = false;  // all means from the first node on
  bool probe = false;    // by the means that fit the size
};

SearchResult Solve(const Instance& one, const Ends& ends = {}) {
  const FakeClock clock(std::chrono::microseconds(1));
  const auto problem = bench::MakeProblem(one);
  SearchLimits limits{SteadyTime{} + ends.looks, ends.nodes};
  limits.symmetry = ends.symmetry;
  if (ends.is_hard) limits.easy_nodes = limits.hard_nodes = 0;
  return ends.probe ? FindBest(*problem, limits, clock)
                    : Search(*problem, limits, clock).Run();
}

Instance AnyInstance() {
  Dice dice = DrawDice(kInstanceChoices);
  switch (dice.Draw(0, 2)) {
    case 0:
      return DrawInstance(dice);
    case 1:
      return DrawNearlySymmetric(dice);
    default:
      return DrawDense(dice);
  }
}

std::int64_t CostOf(const Instance& one, const Problem& problem,
                    const Assignment& values) {
  std::vector<std::size_t> at(one.stages);
  const auto classes = bench::StagesByClass(one);
  for (std::size_t c = 0; c < classes.size(); ++c) {
    for (std::size_t i = 0; i < classes[c].size(); ++i) {
      at[classes[c][i]] = problem.classes[c].domain[values[c][i]].value();
    }
  }
  std::int64_t cost = 0;
  for (std::size_t i = 0; i < one.stages; ++i) {
    for (std::size_t j = 0; j < one.stages; ++j) {
      cost += one.Flow(i, j) * one.Distance(at[i], at[j]);
    }
  }
  return cost;
}

void CheckOptimum(const Instance& one, const SearchResult& result,
                  std::optional<std::int64_t> least) {
  RC_ASSERT(result.complete);
  RC_ASSERT(result.values.has_value() == least.has_value());
  if (!least) return;
  RC_ASSERT(result.total == *least);
  RC_ASSERT(result.lower_bound == *least);
  RC_ASSERT(CostOf(one, *bench::MakeProblem(one), *result.values) == *least);
}

TEST(SearchProperty, Optimum_EqualsBruteForce) {
  int feasible = 0;
  int all = 0;
  EXPECT_TRUE(rc::check([&] {
    const Instance one = AnyInstance();
    const auto least = LeastCost(one);
    ++all;
    feasible += least ? 1 : 0;
    CheckOptimum(one, Solve(one), least);
    CheckOptimum(one, Solve(one, {.is_hard = true}), least);
    CheckOptimum(one, Solve(one, {.probe = true}), least);
  }));
  EXPECT_GT(feasible, all / 2);
}

TEST(SearchProperty, WithoutSymmetry_SameOptimum) {
  EXPECT_TRUE(rc::check([] {
    const Instance one = AnyInstance();
    const SearchResult plain = Solve(one, {.symmetry = false});
    RC_ASSERT(plain.complete);
    RC_ASSERT(plain.total == Solve(one).total);
  }));
}

// Automorphisms of stages, of devices and of both leave an optimum in the tree,
// and less of the rest.
TEST(SearchProperty, SymmetricOnBothSides_EqualsBruteForceWithFewerNodes) {
  std::int64_t with = 0;
  std::int64_t without = 0;
  EXPECT_TRUE(rc::check([&] {
    const Instance one = DrawSymmetric(DrawDice(kInstanceChoices));
    const auto least = LeastCost(one);
    const SearchResult all = Solve(one, {.is_hard = true});
    CheckOptimum(one, all, least);
    const SearchResult plain = Solve(one, {.symmetry = false});
    CheckOptimum(one, plain, least);
    with += all.nodes;
    without += plain.nodes;
  }));
  EXPECT_LT(2 * with, without);
}

// LB <= optimum <= UB whenever it ends, and the bound is the optimum where it
// says that it is done.
void CheckBounds(const Instance& one, const Ends& ends,
                 std::optional<std::int64_t> least) {
  const SearchResult result = Solve(one, ends);
  RC_ASSERT(result.lower_bound <= least.value_or(kForbidden));
  RC_ASSERT(result.total >= least.value_or(kForbidden));
  RC_ASSERT(result.values.has_value() == (result.total < kForbidden));
  if (result.complete) RC_ASSERT(result.total == result.lower_bound);
}

TEST(SearchProperty, EndedAfterAnyNumberOfNodes_BoundsHold) {
  EXPECT_TRUE(rc::check([] {
    const Instance one = AnyInstance();
    const auto least = LeastCost(one);
    for (const bool symmetry : {true, false}) {
      for (const std::int64_t nodes : {0, 1, 2, 4, 8, 16, 32, 64}) {
        CheckBounds(one, {.nodes = nodes, .symmetry = symmetry}, least);
      }
    }
    for (const std::int64_t nodes : {0, 1, 2, 4, 8}) {
      CheckBounds(one, {.nodes = nodes, .is_hard = true}, least);
      CheckBounds(one, {.nodes = nodes, .probe = true}, least);
    }
  }));
}

TEST(SearchProperty, EndedAtAnyTime_BoundsHold) {
  EXPECT_TRUE(rc::check([] {
    const Instance one = AnyInstance();
    const auto least = LeastCost(one);
    for (const bool symmetry : {true, false}) {
      for (const int looks : {1, 2, 3, 4, 8, 16, 32}) {
        const std::chrono::microseconds time(looks);
        CheckBounds(one, {.looks = time, .symmetry = symmetry}, least);
      }
    }
  }));
}

std::vector<std::size_t> DrawOrder(std::size_t size) {
  std::vector<std::size_t> order(size);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t i = size; i > 1; --i) {
    std::swap(order[i - 1], order[*rc::gen::inRange<std::size_t>(0, i)]);
  }
  return order;
}

TEST(SearchProperty, RenumberedDevices_SameCost) {
  EXPECT_TRUE(rc::check([] {
    const Instance one = AnyInstance();
    const auto to = DrawOrder(one.devices);
    Instance other = one;
    for (std::size_t a = 0; a < one.devices; ++a) {
      other.capacity[to[a]] = one.capacity[a];
      for (std::size_t b = 0; b < one.devices; ++b) {
        other.distance[to[a] * one.devices + to[b]] = one.Distance(a, b);
      }
    }
    for (auto& allowed : other.allowed) {
      for (auto& device : allowed) device = to[device];
      std::sort(allowed.begin(), allowed.end());
    }
    RC_ASSERT(Solve(one).total == Solve(other).total);
  }));
}

TEST(SearchProperty, RenumberedStages_SameCost) {
  EXPECT_TRUE(rc::check([] {
    const Instance one = AnyInstance();
    const auto to = DrawOrder(one.stages);
    Instance other = one;
    for (std::size_t i = 0; i < one.stages; ++i) {
      other.allowed[to[i]] = one.allowed[i];
      for (std::size_t j = 0; j < one.stages; ++j) {
        other.flow[to[i] * one.stages + to[j]] = one.Flow(i, j);
      }
    }
    RC_ASSERT(Solve(one).total == Solve(other).total);
  }));
}

TEST(SearchProperty, OptimumKnownByConstruction_IsReachedAndProved) {
  EXPECT_TRUE(rc::check([] {
    const auto rows = *rc::gen::inRange<std::size_t>(1, 4);
    const auto columns = *rc::gen::inRange<std::size_t>(1, 4);
    Dice dice = DrawDice(400);
    const auto known =
        bench::MakeKnownOptimum(rows, columns, [&](std::uint64_t below) {
          return static_cast<std::uint64_t>(
              dice.Draw(0, static_cast<std::int64_t>(below) - 1));
        });
    CheckOptimum(known.instance, Solve(known.instance), known.optimum);
  }));
}

}  // namespace
}  // namespace acceld::placement
