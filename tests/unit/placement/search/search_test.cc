// The search on bare numbers: against brute force, and against itself.
#include "placement/search/search.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <numeric>
#include <optional>
#include <random>
#include <vector>

#include "bench/placement/matrix_problem.h"
#include "tests/support/fake_clock.h"
#include "tests/unit/placement/search/random_instance.h"

namespace acceld::placement {
namespace {

using acceld::bench::Instance;
using acceld::testing::DrawInstance;
using acceld::testing::FakeClock;

constexpr std::uint64_t kCases = 4000;

std::int64_t CostOf(const Instance& one, const std::vector<std::size_t>& at) {
  std::int64_t cost = 0;
  for (std::size_t i = 0; i < one.stages; ++i) {
    for (std::size_t j = 0; j < one.stages; ++j) {
      cost += one.Flow(i, j) * one.Distance(at[i], at[j]);
    }
  }
  return cost;
}

// Every assignment there is.
std::optional<std::int64_t> Least(const Instance& one) {
  std::optional<std::int64_t> least;
  std::vector<std::size_t> at(one.stages);
  std::vector<std::int64_t> left = one.capacity;
  const auto place = [&](auto&& self, std::size_t stage) -> void {
    if (stage == one.stages) {
      const std::int64_t cost = CostOf(one, at);
      if (!least || cost < *least) least = cost;
      return;
    }
    for (const std::size_t device : one.allowed[stage]) {
      if (left[device] == 0) continue;
      --left[device];
      at[stage] = device;
      self(self, stage + 1);
      ++left[device];
    }
  };
  place(place, 0);
  return least;
}

SearchResult Solve(const Instance& one,
                   std::int64_t max_nodes = std::numeric_limits<int>::max()) {
  const FakeClock clock;
  const auto problem = bench::MakeProblem(one);
  const SearchLimits limits{clock.Now() + std::chrono::seconds(1), max_nodes};
  return Search(*problem, limits, clock).Run();
}

TEST(Search, RandomInstances_EqualBruteForce) {
  int feasible = 0;
  for (std::uint64_t seed = 0; seed < kCases; ++seed) {
    const Instance one = DrawInstance(seed);
    const auto least = Least(one);
    const SearchResult result = Solve(one);
    ASSERT_TRUE(result.complete) << "seed " << seed;
    ASSERT_EQ(result.values.has_value(), least.has_value()) << "seed " << seed;
    if (!least) continue;
    ++feasible;
    ASSERT_EQ(result.total, *least) << "seed " << seed;
    ASSERT_EQ(result.lower_bound, *least) << "seed " << seed;
  }
  EXPECT_GT(feasible, static_cast<int>(kCases / 2));
}

TEST(Search, CutShort_BoundsHold) {
  for (std::uint64_t seed = 0; seed < kCases / 4; ++seed) {
    const Instance one = DrawInstance(seed);
    const auto least = Least(one);
    if (!least) continue;
    for (const std::int64_t nodes : {0, 1, 2, 4}) {
      const SearchResult result = Solve(one, nodes);
      ASSERT_LE(result.lower_bound, *least) << "seed " << seed;
      ASSERT_GE(result.total, *least) << "seed " << seed;
    }
  }
}

TEST(Search, RenumberedDevices_SameCost) {
  std::mt19937_64 random(7);
  for (std::uint64_t seed = 0; seed < kCases / 4; ++seed) {
    const Instance one = DrawInstance(seed);
    std::vector<std::size_t> to(one.devices);
    std::iota(to.begin(), to.end(), std::size_t{0});
    std::shuffle(to.begin(), to.end(), random);
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
    ASSERT_EQ(Solve(one).total, Solve(other).total) << "seed " << seed;
  }
}

// Eight by eight in two halves: symmetric to the last, and nothing is searched
// that an exchange would show to be the same.
TEST(Search, AllAlike_IsProvedAtOnce) {
  Instance one;
  one.stages = 8;
  one.devices = 64;
  one.capacity.assign(one.devices, 1);
  one.flow.assign(one.stages * one.stages, 1);
  for (std::size_t i = 0; i < one.stages; ++i) one.flow[i * one.stages + i] = 0;
  for (std::size_t a = 0; a < one.devices; ++a) {
    for (std::size_t b = 0; b < one.devices; ++b) {
      one.distance.push_back(a == b ? 0 : a / 8 == b / 8 ? 3 : 7);
    }
  }
  one.allowed.resize(one.stages);
  for (auto& allowed : one.allowed) {
    for (std::size_t d = 0; d < one.devices; ++d) allowed.push_back(d);
  }
  const SearchResult result = Solve(one);
  EXPECT_EQ(result.total, 8 * 7 * 3);
  EXPECT_EQ(result.lower_bound, result.total);
  EXPECT_LE(result.nodes, 16);
}

}  // namespace
}  // namespace acceld::placement
