// What is so small that it is searched without bounds.
#include "placement/search/probe.h"

#include <gtest/gtest.h>

#include <chrono>
#include <limits>
#include <memory>
#include <numeric>

#include "bench/placement/instance.h"
#include "bench/placement/matrix_problem.h"
#include "placement/problem.h"
#include "placement/search/find_best.h"
#include "tests/support/fake_clock.h"

namespace acceld::placement {
namespace {

using acceld::bench::Instance;

constexpr std::int64_t kAnyNumber = std::numeric_limits<int>::max();

// A chain on devices in a row, each as far from another as there are steps.
Instance Row(std::size_t stages, std::size_t devices) {
  Instance one;
  one.stages = stages;
  one.devices = devices;
  one.capacity.assign(devices, 1);
  one.flow.assign(stages * stages, 0);
  for (std::size_t i = 0; i + 1 < stages; ++i) {
    one.flow[i * stages + i + 1] = 2;
  }
  for (std::size_t a = 0; a < devices; ++a) {
    for (std::size_t b = 0; b < devices; ++b) {
      one.distance.push_back(static_cast<std::int64_t>(a < b ? b - a : a - b));
    }
  }
  one.allowed.resize(stages);
  for (auto& allowed : one.allowed) {
    allowed.resize(devices);
    std::iota(allowed.begin(), allowed.end(), std::size_t{0});
  }
  return one;
}

TEST(Probe, Chain_IsProvedAndTheFirstOfEquals) {
  const Instance one = Row(4, 8);  // outlives the problem
  const auto problem = bench::MakeProblem(one);
  ASSERT_TRUE(IsTiny(*problem));
  const ProbeResult result = Probe(*problem, kAnyNumber, false);
  EXPECT_TRUE(result.complete);
  EXPECT_EQ(result.total, 2 * 3);
  ASSERT_TRUE(result.values);
  // From 0 the second goes to 1, of the nearest to that the third goes to 2.
  EXPECT_EQ(*result.values, (Assignment{{0}, {1}, {2}, {3}}));
}

TEST(Probe, OneDeviceTooFew_IsExcluded) {
  const Instance one = Row(5, 4);  // outlives the problem
  const auto problem = bench::MakeProblem(one);
  const ProbeResult result = Probe(*problem, kAnyNumber, false);
  EXPECT_TRUE(result.complete);
  EXPECT_FALSE(result.values);
  EXPECT_EQ(result.total, kForbidden);
}

TEST(Probe, FirstOnly_EndsAtTheFirst) {
  Instance one = Row(3, 8);
  one.distance[0 * 8 + 1] = 100;  // the least step leads nowhere good
  const auto problem = bench::MakeProblem(one);
  const ProbeResult result = Probe(*problem, kAnyNumber, true);
  EXPECT_TRUE(result.values);
  EXPECT_EQ(result.nodes, 3);
}

TEST(Probe, NodesRunOut_SaysSo) {
  const Instance one = Row(4, 8);  // outlives the problem
  const auto problem = bench::MakeProblem(one);
  const ProbeResult result = Probe(*problem, 2, false);
  EXPECT_FALSE(result.complete);
  EXPECT_FALSE(result.values);
  EXPECT_EQ(result.nodes, 2);
}

TEST(IsTiny, ManyValuesOrVariables_AreNot) {
  for (const Instance& one : {Row(4, 25), Row(13, 8)}) {
    EXPECT_FALSE(IsTiny(*bench::MakeProblem(one)));
  }
}

TEST(IsTiny, LimitsThatTheProbeDoesNotKnow_AreNot) {
  const Instance one = Row(3, 8);  // outlives the problem
  const auto problem = bench::MakeProblem(one);
  problem->limits.push_back({0, 1, 2, Nanoseconds(10)});
  EXPECT_FALSE(IsTiny(*problem));
}

// More nodes than the probe has: stages that are all tied to each other.
TEST(FindBest, ProbeIsNotEnough_TheSearchGoesOn) {
  Instance one = Row(8, 8);
  one.flow.assign(64, 1);
  for (std::size_t i = 0; i < 8; ++i) {
    one.flow[i * 9] = 0;
    one.flow[i * 8 + (i + 1) % 8] = static_cast<std::int64_t>(3 + i);
  }
  const auto problem = bench::MakeProblem(one);
  ASSERT_TRUE(IsTiny(*problem));
  ASSERT_FALSE(Probe(*problem, 2048, false).complete);
  const testing::FakeClock clock;
  const SearchLimits limits{clock.Now() + std::chrono::seconds(1), kAnyNumber};
  const SearchResult result = FindBest(*problem, limits, clock);
  EXPECT_TRUE(result.complete);
  EXPECT_EQ(result.total, Probe(*problem, kAnyNumber, false).total);
}

}  // namespace
}  // namespace acceld::placement
