// The search on bare numbers: what it must be quick at.
#include "placement/search/search.h"

#include <gtest/gtest.h>

#include <chrono>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

#include "bench/placement/matrix_problem.h"
#include "tests/support/fake_clock.h"

namespace acceld::placement {
namespace {

using acceld::bench::Instance;
using acceld::testing::FakeClock;

SearchResult Solve(const Instance& one) {
  const FakeClock clock;
  const auto problem = bench::MakeProblem(one);
  const SearchLimits limits{clock.Now() + std::chrono::seconds(1),
                            std::numeric_limits<int>::max()};
  return Search(*problem, limits, clock).Run();
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

// A clock that moves a step at every look.
class SteppingClock final : public Clock {
 public:
  explicit SteppingClock(std::chrono::microseconds step) : step_(step) {}
  [[nodiscard]] SteadyTime Now() const override { return now_ += step_; }

 private:
  std::chrono::microseconds step_;
  mutable SteadyTime now_{};
};

Instance Dense(std::size_t stages, std::size_t devices) {
  std::mt19937_64 random(11);
  Instance one;
  one.stages = stages;
  one.devices = devices;
  one.capacity.assign(devices, 1);
  for (std::size_t i = 0; i < stages * stages; ++i) {
    one.flow.push_back(i % (stages + 1) == 0
                           ? 0
                           : static_cast<std::int64_t>(100 + random() % 3));
  }
  one.distance.assign(devices * devices, 0);
  for (std::size_t a = 0; a < devices; ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      const auto cost = static_cast<std::int64_t>(1000 + random() % 3);
      one.distance[a * devices + b] = cost;
      one.distance[b * devices + a] = cost;
    }
  }
  one.allowed.resize(stages);
  for (auto& allowed : one.allowed) {
    allowed.resize(devices);
    std::iota(allowed.begin(), allowed.end(), std::size_t{0});
  }
  return one;
}

// Near-ties everywhere: nothing can be proven in any time there is. Whenever
// the clock runs out, also while the search is being set up, what is known by
// then is right, and little is looked at after.
TEST(Search, DeadlineAtAnyMoment_EndsItWithBoundsThatHold) {
  const Instance one = Dense(12, 96);
  const auto problem = bench::MakeProblem(one);
  Cost last = kForbidden;
  for (const int looks : {1, 2, 4, 8, 16, 64, 256}) {
    const SteppingClock clock(std::chrono::microseconds(1));
    const SearchLimits limits{SteadyTime{} + std::chrono::microseconds(looks),
                              std::numeric_limits<int>::max()};
    const SearchResult result = Search(*problem, limits, clock).Run();
    EXPECT_FALSE(result.complete) << looks;
    EXPECT_LE(clock.Now() - SteadyTime{}, std::chrono::microseconds(looks + 3));
    if (!result.values) continue;
    EXPECT_LT(result.lower_bound, result.total);
    EXPECT_LE(result.total, last);
    last = result.total;
  }
  EXPECT_LT(last, kForbidden);
}

// Two fabrics that no path joins: the clusters know that a pipeline fits into
// one of them, and which.
TEST(Search, FabricsThatNothingJoins_AreProvedAtOnce) {
  Instance one;
  one.stages = 6;
  one.devices = 16;
  one.capacity.assign(one.devices, 1);
  one.flow.assign(one.stages * one.stages, 0);
  for (std::size_t i = 0; i + 1 < one.stages; ++i) {
    one.flow[i * one.stages + i + 1] = 1'000'000;
  }
  for (std::size_t a = 0; a < one.devices; ++a) {
    for (std::size_t b = 0; b < one.devices; ++b) {
      const bool is_second = a >= 8;
      const std::int64_t near = is_second ? 3 : 4;
      const std::int64_t far = is_second ? 7 : 8;
      one.distance.push_back(a == b           ? 0
                             : a / 8 != b / 8 ? kForbidden
                             : a / 4 == b / 4 ? near
                                              : far);
    }
  }
  one.allowed.resize(one.stages);
  for (auto& allowed : one.allowed) {
    allowed.resize(one.devices);
    std::iota(allowed.begin(), allowed.end(), std::size_t{0});
  }
  const SearchResult result = Solve(one);
  EXPECT_EQ(result.total, 1'000'000 * (4 * 3 + 7));
  EXPECT_EQ(result.lower_bound, result.total);
  EXPECT_EQ(result.nodes, 0);
}

TEST(Search, OneDeviceTooFew_IsRefusedAtOnce) {
  Instance one = Dense(12, 12);
  for (auto& allowed : one.allowed) allowed.pop_back();
  const SearchResult result = Solve(one);
  EXPECT_TRUE(result.complete);
  EXPECT_FALSE(result.values);
  EXPECT_EQ(result.lower_bound, kForbidden);
  EXPECT_LE(result.nodes, 1);
}

}  // namespace
}  // namespace acceld::placement
