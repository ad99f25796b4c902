// Traffic among the replicas of one stage: what it costs, and what must hold
// of every pair.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "placement/placement.h"
#include "tests/support/bench_machine.h"
#include "tests/support/described_host.h"
#include "tests/support/planning.h"

namespace acceld::placement {
namespace {

using acceld::testing::BenchMachine;
using acceld::testing::DescribedHost;
using acceld::testing::Planning;
using acceld::testing::RequestOf;

// `count` replicas that send 6 GB/s to each other, each on a device of its own.
Request Exchange(const std::string& function, int count,
                 const std::string& require = "") {
  return RequestOf(
      R"({"stages": [{"name": "x", "function": ")" + function +
      R"(", "count": )" + std::to_string(count) +
      R"(, "sharing": "exclusive"}],
      "links": [{"from": "x", "to": "x", "traffic": "6GB/s")" +
      (require.empty() ? "" : R"(, "require": {)" + require + "}") + "}]}");
}

std::set<std::string> DevicesOf(const Planning& plan, const Solved& solved) {
  std::set<std::string> keys;
  for (const StageAssignment& one : solved.placement.stages) {
    keys.insert(plan.Key(one.device));
  }
  return keys;
}

TEST(Exchange, TwoReplicas_AreNeighbours) {
  const Planning plan(Exchange("copy", 2), BenchMachine().Build());
  const Solved solved = plan.Best();
  EXPECT_EQ(DevicesOf(plan, solved),
            (std::set<std::string>{"accelerator:a", "accelerator:b"}));
  EXPECT_TRUE(plan.Verify(solved.placement));
}

// Two ways a pair, a sixth of the traffic each: 1 GB/s, so that the cost in
// units of 1 GB/s is the sum of all ways' latencies and transfer times.
TEST(Exchange, ThreeReplicas_CostEveryPairBothWays) {
  const Planning plan(Exchange("copy", 3), BenchMachine().Build());
  const Solved solved = plan.Best();
  Cost expected = 0;
  for (const auto& one : solved.placement.stages) {
    for (const auto& other : solved.placement.stages) {
      if (one.replica == other.replica) continue;
      const auto path = plan.topology->CostBetween(one.device, other.device);
      expected +=
          1'000'000 * PathCost(plan.objective, path.latency, path.bandwidth);
    }
  }
  EXPECT_EQ(solved.placement.total, expected);
  ASSERT_EQ(solved.placement.terms.size(), 1U);
  EXPECT_EQ(solved.placement.terms[0].what, "x -> x");
  EXPECT_TRUE(plan.Verify(solved.placement));
}

TEST(Exchange, SharedDevice_CostsNothing) {
  Request request = Exchange("copy", 3);
  request.stages[0].sharing = Sharing::kShared;
  const Planning plan(request, BenchMachine().Build());
  const Solved solved = plan.Best();
  EXPECT_EQ(DevicesOf(plan, solved).size(), 1U);
  EXPECT_EQ(solved.placement.total, 0);
}

// a and b are on one switch, c is not: two fit, three do not.
TEST(Exchange, Requirement_HoldsForEveryPair) {
  for (const std::string require :
       {R"("locality": "same-switch")", R"("max_latency": "300ns")"}) {
    const Planning two(Exchange("copy", 2, require), BenchMachine().Build());
    EXPECT_EQ(DevicesOf(two, two.Best()),
              (std::set<std::string>{"accelerator:a", "accelerator:b"}))
        << require;
    const Planning three(Exchange("copy", 3, require), BenchMachine().Build());
    const Outcome outcome = three.Solve();
    ASSERT_TRUE(std::holds_alternative<Infeasible>(outcome)) << require;
    std::string reasons;
    for (const auto& line :
         ReasonLines(std::get<Infeasible>(outcome).refusal)) {
      reasons += line + "\n";
    }
    EXPECT_NE(reasons.find("link x -> x"), std::string::npos) << reasons;
  }
}

// 16 GB/s on PCIe, 300 GB/s through the fabric.
TEST(Exchange, Bandwidth_IsAskedOfEveryPair) {
  const std::string require = R"("min_bandwidth": "200GB/s")";
  const Planning bench(Exchange("copy", 2, require), BenchMachine().Build());
  EXPECT_TRUE(std::holds_alternative<Infeasible>(bench.Solve()));
  const Planning fabric(Exchange("compute/gpu", 8, require),
                        DescribedHost("nvswitch-8gpu"));
  EXPECT_EQ(DevicesOf(fabric, fabric.Best()).size(), 8U);
}

TEST(Exchange, VerifierRefuses_APairThatIsTooFarApart) {
  const Planning plan(Exchange("copy", 2, R"("locality": "same-switch")"),
                      BenchMachine().Build());
  Placement placement = plan.Best().placement;
  placement.stages[1].device = *plan.topology->Find("accelerator:c");
  EXPECT_FALSE(plan.Verify(placement));
}

}  // namespace
}  // namespace acceld::placement
