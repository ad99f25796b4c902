#include "placement/runner_up.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "tests/support/bench_machine.h"
#include "tests/support/fake_clock.h"
#include "tests/support/planning.h"

namespace acceld::placement {
namespace {

using acceld::testing::BenchMachine;
using acceld::testing::FakeClock;
using acceld::testing::Planning;
using acceld::testing::RequestOf;

std::vector<RunnerUp> RunnersUp(const Planning& plan) {
  const FakeClock clock;
  const Budget budget{clock.Now() + std::chrono::seconds(1)};
  return FindRunnersUp(plan.request, plan.candidates, *plan.topology,
                       plan.occupancy, plan.objective, budget, clock,
                       plan.Best());
}

TEST(RunnerUp, NextBest_IsNamedWithWhatItCostsMore) {
  const Planning plan(
      RequestOf(R"({"stages": [{"name": "x", "function": "copy"}],
                    "links": [{"from": "host", "to": "x"}],
                    "client": {"cpus": "1"}})"),
      BenchMachine().Build());
  const auto found = RunnersUp(plan);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(plan.Key(found[0].without), "accelerator:c");
  ASSERT_TRUE(found[0].device);
  EXPECT_EQ(plan.Key(*found[0].device), "accelerator:a");
  EXPECT_TRUE(found[0].is_proven);
  // What the same request costs where c is left out.
  CandidateSet others = plan.candidates;
  std::erase(others.stages[0].devices, found[0].without);
  const FakeClock clock;
  const Outcome outcome =
      Solve(plan.request, others, *plan.topology, plan.occupancy,
            plan.objective, {clock.Now() + std::chrono::seconds(1)}, clock);
  const auto* solved = std::get_if<Solved>(&outcome);
  ASSERT_NE(solved, nullptr);
  EXPECT_EQ(found[0].extra_cost,
            solved->placement.total - plan.Best().placement.total);
  EXPECT_GT(found[0].extra_cost, 0);
}

TEST(RunnerUp, OnlyCandidate_HasNone) {
  const Planning plan(RequestOf(R"({"stages": [{"name": "x", "function": "copy",
                     "select": [{"attribute": "iommu_group", "equals": 2}]}]})"),
                      BenchMachine().Build());
  const auto found = RunnersUp(plan);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_FALSE(found[0].device);
  EXPECT_TRUE(found[0].is_proven);
}

TEST(RunnerUp, NoTimeLeft_IsLeftOut) {
  const Planning plan(
      RequestOf(R"({"stages": [{"name": "x", "function": "copy"}]})"),
      BenchMachine().Build());
  const FakeClock clock;
  EXPECT_TRUE(FindRunnersUp(plan.request, plan.candidates, *plan.topology,
                            plan.occupancy, plan.objective, {clock.Now()},
                            clock, plan.Best())
                  .empty());
}

}  // namespace
}  // namespace acceld::placement
