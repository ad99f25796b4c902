// The search in parts, by one thread and by two: it is right, what it says when
// it is ended early is right, and both find the same. From the first node on,
// so that small problems are divided as well.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "bench/placement/known_optimum.h"
#include "bench/placement/matrix_problem.h"
#include "placement/search/improve.h"
#include "placement/search/search.h"
#include "tests/support/choices.h"
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
using acceld::testing::kInstanceChoices;
using acceld::testing::LeastCost;

constexpr std::int64_t kAnyNumber = std::int64_t{1} << 40;

// A clock that moves a microsecond at every look, whoever looks.
class SharedClock final : public Clock {
 public:
  [[nodiscard]] SteadyTime Now() const override {
    return SteadyTime{} + std::chrono::microseconds(++looks_);
  }

 private:
  mutable std::atomic<std::int64_t> looks_ = 0;
};

struct Ends {
  std::size_t threads = 1;
  bool symmetry = true;
  std::int64_t nodes = kAnyNumber;
  std::chrono::microseconds looks{100'000'000};  // at the clock
};

SearchResult Solve(const Instance& one, const Ends& ends) {
  const SharedClock clock;
  const auto problem = bench::MakeProblem(one);
  SearchLimits limits{SteadyTime{} + ends.looks, ends.nodes};
  limits.easy_nodes = limits.hard_nodes = 0;
  limits.threads = ends.threads;
  limits.symmetry = ends.symmetry;
  return Search(*problem, limits, clock).Run();
}

Instance AnyInstance() {
  Dice dice = DrawDice(kInstanceChoices);
  switch (dice.Draw(0, 3)) {
    case 0:
      return DrawInstance(dice);
    case 1:
      return DrawNearlySymmetric(dice);
    case 2:
      return DrawSymmetric(dice);
    default:
      return DrawDense(dice);
  }
}

TEST(SearchThreads, Optimum_EqualsBruteForceAndIsTheSamePlacement) {
  EXPECT_TRUE(rc::check([] {
    const Instance one = AnyInstance();
    const auto least = LeastCost(one);
    for (const bool symmetry : {true, false}) {
      const SearchResult alone = Solve(one, {1, symmetry});
      RC_ASSERT(alone.complete);
      RC_ASSERT(alone.total == least.value_or(kForbidden));
      RC_ASSERT(alone.lower_bound == alone.total);
      const SearchResult both = Solve(one, {2, symmetry});
      RC_ASSERT(both.complete);
      RC_ASSERT(both.total == alone.total);
      RC_ASSERT(both.lower_bound == alone.lower_bound);
      RC_ASSERT(both.values == alone.values);
    }
  }));
}

// LB <= optimum <= UB.
void CheckBounds(const Instance& one, const Ends& ends, Cost least) {
  const SearchResult result = Solve(one, ends);
  RC_ASSERT(result.lower_bound <= least);
  RC_ASSERT(result.total >= least);
  RC_ASSERT(result.values.has_value() == (result.total < kForbidden));
  if (result.values) {
    RC_ASSERT(Evaluate(*bench::MakeProblem(one), *result.values) ==
              result.total);
  }
  if (result.complete) RC_ASSERT(result.total == result.lower_bound);
}

TEST(SearchThreads, EndedAfterAnyNumberOfNodes_BoundsHold) {
  EXPECT_TRUE(rc::check([] {
    const Instance one = AnyInstance();
    const Cost least = LeastCost(one).value_or(kForbidden);
    for (const std::size_t threads : {1, 2}) {
      for (const bool symmetry : {true, false}) {
        for (const std::int64_t nodes : {1, 4, 16, 64}) {
          CheckBounds(one, {threads, symmetry, nodes}, least);
        }
      }
    }
  }));
}

TEST(SearchThreads, EndedAtAnyTime_BoundsHold) {
  EXPECT_TRUE(rc::check([] {
    const Instance one = AnyInstance();
    const Cost least = LeastCost(one).value_or(kForbidden);
    for (const std::size_t threads : {1, 2}) {
      for (const bool symmetry : {true, false}) {
        for (const int looks : {2, 4, 8, 16, 32, 64}) {
          const std::chrono::microseconds time(looks);
          CheckBounds(one, {threads, symmetry, kAnyNumber, time}, least);
        }
      }
    }
  }));
}

// Of many optima it is always the same.
TEST(SearchThreads, FiftyRuns_SamePlacement) {
  std::uint64_t random = 5;
  const auto draw = [&](std::uint64_t below) {
    random = random * 6364136223846793005U + 1442695040888963407U;
    return (random >> 33) % below;
  };
  const auto known = bench::MakeKnownOptimum(2, 4, draw);
  const SearchResult alone = Solve(known.instance, {1});
  ASSERT_TRUE(alone.complete);
  EXPECT_EQ(alone.total, known.optimum);
  for (int run = 0; run < 50; ++run) {
    const SearchResult again = Solve(known.instance, {2});
    ASSERT_TRUE(again.complete);
    ASSERT_EQ(again.total, alone.total);
    ASSERT_EQ(again.lower_bound, alone.lower_bound);
    ASSERT_EQ(again.values, alone.values);
  }
}

}  // namespace
}  // namespace acceld::placement
