// Solve() on a hand-made machine: what each rule does to the answer.
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "base/json.h"
#include "placement/placement.h"
#include "tests/support/bench_machine.h"
#include "tests/support/fake_clock.h"
#include "tests/support/planning.h"

namespace acceld::placement {
namespace {

using acceld::testing::BenchMachine;
using acceld::testing::FakeClock;
using acceld::testing::MachineFacts;
using acceld::testing::Planning;
using acceld::testing::RequestOf;
using acceld::testing::TwoCopies;

std::string DevicesOf(const Planning& plan, const Solved& solved) {
  std::string keys;
  for (const StageAssignment& one : solved.placement.stages) {
    if (!keys.empty()) keys.append(" ");
    keys.append(plan.Key(one.device));
  }
  return keys;
}

std::string BestDevices(const Request& request, Occupancy occupancy = {}) {
  const Planning plan(request, BenchMachine().Build(), std::move(occupancy));
  return DevicesOf(plan, plan.Best());
}

std::vector<std::string> Reasons(const Planning& plan) {
  const Outcome outcome = plan.Solve();
  const auto* infeasible = std::get_if<Infeasible>(&outcome);
  EXPECT_NE(infeasible, nullptr);
  return infeasible == nullptr ? std::vector<std::string>{}
                               : ReasonLines(infeasible->refusal);
}

TEST(Solve, NothingInTheWay_SharesOneDevice) {
  EXPECT_EQ(BestDevices(TwoCopies("", "")), "accelerator:a accelerator:a");
}

TEST(Solve, DistinctDevices_AreNeighbours) {
  EXPECT_EQ(
      BestDevices(TwoCopies("", R"(, "constraints": [{"distinct": "device",
                                          "stages": ["x", "y"]}])")),
      "accelerator:a accelerator:b");
}

TEST(Solve, DistinctNumaNodes_AreFarApart) {
  EXPECT_EQ(BestDevices(TwoCopies("", R"(, "constraints": [{"distinct": "numa",
                                          "stages": ["x", "y"]}])")),
            "accelerator:a accelerator:c");
}

TEST(Solve, ExclusiveStage_SharesWithNobody) {
  const auto request = RequestOf(
      R"({"stages": [{"name": "x", "function": "copy", "sharing": "exclusive"},
                     {"name": "y", "function": "copy", "count": 2}]})");
  const Planning plan(request, BenchMachine().Build());
  const Placement placement = plan.Best().placement;
  EXPECT_NE(placement.stages[0].device, placement.stages[1].device);
  EXPECT_NE(placement.stages[0].device, placement.stages[2].device);
}

TEST(Solve, OneInstanceLeft_IsNotGivenTwice) {
  Occupancy occupancy;
  occupancy.devices["accelerator:a"].instances = 15;
  occupancy.devices["accelerator:b"].instances = 15;
  occupancy.devices["accelerator:c"].instances = 16;
  EXPECT_EQ(BestDevices(TwoCopies("", ""), occupancy),
            "accelerator:a accelerator:b");
}

TEST(Solve, BufferOfKind_PullsTheStagesNear) {
  const Planning plan(
      TwoCopies(R"(, "buffer": {"size": "1MiB", "kind": "hbm"})", ""),
      BenchMachine().Build());
  const Solved solved = plan.Best();
  EXPECT_EQ(DevicesOf(plan, solved), "accelerator:c accelerator:c");
  ASSERT_EQ(solved.placement.buffers.size(), 1U);
  EXPECT_EQ(plan.Key(solved.placement.buffers[0].memory), "memory:9");
}

TEST(Solve, MemoryThatIsNotOnline_HoldsNoBuffer) {
  const auto request =
      TwoCopies(R"(, "buffer": {"size": "1MiB", "kind": "hbm"})", "");
  const Planning online(request, BenchMachine().Build());
  const Placement placement = online.Best().placement;
  const Planning plan(
      request, BenchMachine().Attribute("memory:9", "online", false).Build());
  EXPECT_TRUE(std::holds_alternative<Infeasible>(plan.Solve()));
  EXPECT_FALSE(plan.Verify(placement));
}

TEST(Solve, PoolOfHugePages_LeavesItsMemorySmaller) {
  const auto request =
      TwoCopies(R"(, "buffer": {"size": "256MiB", "kind": "hbm"})", "");
  const auto plan = [&request](const char* pool) {
    return Planning(request, BenchMachine()  // 1 GiB of it
                                 .Attribute("memory:9", "hugepage_reserved",
                                            *ParseBytes(pool))
                                 .Build());
  };
  EXPECT_FALSE(std::holds_alternative<Infeasible>(plan("768MiB").Solve()));
  EXPECT_TRUE(std::holds_alternative<Infeasible>(plan("769MiB").Solve()));
}

TEST(Solve, BuffersThatDoNotFitTogether_GoToTwoMemories) {
  const auto request = RequestOf(
      R"({"stages": [{"name": "x", "function": "copy"}],
          "links": [{"from": "host", "to": "x", "buffer": {"size": "3GiB"}},
                    {"from": "x", "to": "host", "buffer": {"size": "3GiB"}}]})");
  const Planning plan(request, BenchMachine().Build());
  const Placement placement = plan.Best().placement;
  EXPECT_NE(placement.buffers[0].memory, placement.buffers[1].memory);
}

TEST(Solve, ClientsCpus_DecideTheHost) {
  const auto request = RequestOf(
      R"({"stages": [{"name": "x", "function": "copy"}],
          "links": [{"from": "host", "to": "x"}], "client": {"cpus": "1"}})");
  const Planning plan(request, BenchMachine().Build());
  const Solved solved = plan.Best();
  EXPECT_EQ(plan.Key(solved.placement.host), "numa:1");
  EXPECT_EQ(DevicesOf(plan, solved), "accelerator:c");
}

TEST(Solve, Spread_AvoidsTheBusyDevice) {
  Occupancy occupancy;
  occupancy.devices["accelerator:a"].instances = 1;
  Planning plan(RequestOf(R"({"stages": [{"name": "x", "function": "copy"}]})"),
                BenchMachine().Build(), occupancy);
  EXPECT_EQ(DevicesOf(plan, plan.Best()), "accelerator:a");
  plan.objective.spread_weight = 1;
  EXPECT_EQ(DevicesOf(plan, plan.Best()), "accelerator:b");
}

TEST(Solve, LatencyThroughBuffer_IsTheSumOfBothLegs) {
  // Each leg from a to its own node's memory takes 520 ns.
  const auto request = [](const std::string& limit) {
    return RequestOf(R"({"stages": [{"name": "x", "function": "copy",
        "select": [{"attribute": "iommu_group", "equals": 1}]}],
        "links": [{"from": "host", "to": "x",
                   "buffer": {"size": "1MiB", "kind": "ddr"},
                   "require": {"max_latency": ")" +
                     limit + R"("}}]})");
  };
  const Planning loose(request("10us"), BenchMachine().Build());
  const Nanoseconds latency = loose.Best().placement.terms[0].latency;
  const Planning exact(request(ToString(latency)), BenchMachine().Build());
  EXPECT_EQ(exact.Best().placement.terms[0].latency, latency);
  const Planning tight(request(ToString(latency - Nanoseconds(1))),
                       BenchMachine().Build());
  EXPECT_FALSE(Reasons(tight).empty());
}

TEST(Solve, NoCandidate_CountsWhyByReason) {
  Occupancy occupancy;
  for (const char* key : {"accelerator:a", "accelerator:b", "accelerator:c"}) {
    occupancy.devices[key].instances = 16;
  }
  const Planning plan(TwoCopies("", ""), BenchMachine().Build(), occupancy);
  const auto reasons = Reasons(plan);
  ASSERT_EQ(reasons.size(), 2U);  // one a stage
  EXPECT_NE(reasons[0].find("3 rejected for capacity"), std::string::npos);
}

TEST(Solve, ConflictingDemands_AreNamedEach) {
  const Planning plan(TwoCopies(R"(, "require": {"locality": "same-switch"})",
                                R"(, "constraints": [{"distinct": "numa",
                                      "stages": ["x", "y"]}])"),
                      BenchMachine().Build());
  const auto reasons = Reasons(plan);
  ASSERT_EQ(reasons.size(), 4U);
  EXPECT_NE(reasons[1].find("locality same-switch"), std::string::npos);
  EXPECT_NE(reasons[2].find("distinct numa"), std::string::npos);
  EXPECT_EQ(reasons[3], "drop any one of them");
}

// What has no part in the conflict is not named.
TEST(Solve, ConflictingDemands_AreAllThatIsNamed) {
  const Planning plan(
      TwoCopies(R"(, "require": {"locality": "same-switch",
                                 "max_latency": "1ms"})",
                R"(, "constraints": [{"distinct": "numa", "stages": ["x", "y"]},
                      {"distinct": "device", "stages": ["x", "y"]}])"),
      BenchMachine().Build());
  const auto reasons = Reasons(plan);
  ASSERT_EQ(reasons.size(), 4U);
  for (const std::string& reason : reasons) {
    EXPECT_EQ(reason.find("latency"), std::string::npos) << reason;
    EXPECT_EQ(reason.find("distinct device"), std::string::npos) << reason;
  }
}

// Two conflicts: one is named, and that there is more.
TEST(Solve, SecondConflict_IsSaid) {
  const Planning plan(TwoCopies(R"(, "require": {"locality": "same-switch",
                                 "max_latency": "1ns"})",
                                R"(, "constraints": [{"distinct": "numa",
                                      "stages": ["x", "y"]}])"),
                      BenchMachine().Build());
  const auto reasons = Reasons(plan);
  ASSERT_GE(reasons.size(), 3U);
  EXPECT_EQ(reasons.back(), "these are not the only demands that conflict");
}

TEST(Solve, DeadlineInThePast_TimesOut) {
  const Planning plan(TwoCopies("", ""), BenchMachine().Build());
  const FakeClock clock;
  const Budget budget{clock.Now()};
  const Outcome outcome =
      placement::Solve(plan.request, plan.candidates, *plan.topology,
                       plan.occupancy, plan.objective, budget, clock);
  ASSERT_TRUE(std::holds_alternative<TimedOut>(outcome));
  EXPECT_EQ(std::get<TimedOut>(outcome).nodes, 0);
}

// Twelve single-instance devices of pairwise different distance and a star of
// ten stages: far more work than the budgets below.
Planning HardPlan() {
  MachineFacts machine = BenchMachine();
  for (int i = 0; i < 12; ++i) {
    const std::string name = std::to_string(i);
    machine.Thing("accelerator:h" + name)
        .Link(i % 2 == 0 ? "root-port:0" : "root-port:1", "pci:h" + name,
              LinkKind::kPcie, 8 + i, 100 + 7 * i)
        .Relation("accelerator:h" + name, "pci:h" + name,
                  RelationKind::kAcceleratorOf)
        .Attribute("accelerator:h" + name, attr::kFunctions,
                   std::vector<std::string>{"fill"})
        .Attribute("accelerator:h" + name, attr::kInstances, std::int64_t{1});
  }
  std::string stages;
  std::string links;
  for (int i = 0; i < 10; ++i) {
    const std::string name = "s" + std::to_string(i);
    stages += (i == 0 ? "" : ",") +
              (R"({"name": ")" + name + R"(", "function": "fill"})");
    for (int j = 0; j < i; ++j) {
      links += (links.empty() ? "" : ",") +
               (R"({"from": "s)" + std::to_string(j) + R"(", "to": ")" + name +
                R"(", "traffic": ")" + std::to_string(1 + (i * j) % 7) +
                R"(GB/s"})");
    }
  }
  Request request =
      RequestOf(R"({"stages": [)" + stages + R"(], "links": [)" + links + "]}");
  // Weights: no machine has room for all of it.
  for (PipelineLink& link : request.links) link.traffic_stated = false;
  return Planning(std::move(request), machine.Build());
}

TEST(Solve, NodesUsedUp_GivesFeasibleWithBound) {
  const Planning plan = HardPlan();
  const FakeClock clock;
  const Budget budget{clock.Now() + std::chrono::seconds(1), 50};
  const Outcome outcome =
      placement::Solve(plan.request, plan.candidates, *plan.topology,
                       plan.occupancy, plan.objective, budget, clock);
  const auto* solved = std::get_if<Solved>(&outcome);
  ASSERT_NE(solved, nullptr);
  EXPECT_EQ(solved->proof, Proof::kFeasible);
  EXPECT_LE(solved->nodes, 51);
  EXPECT_LT(solved->lower_bound, solved->placement.total);
  EXPECT_GT(solved->lower_bound, 0);
  EXPECT_TRUE(plan.Verify(solved->placement));
}

TEST(Solve, TimePassing_EndsTheSearchAtTheDeadline) {
  const Planning plan = HardPlan();
  const FakeClock clock(std::chrono::milliseconds(1));  // each look
  const Budget budget{clock.Now() + std::chrono::milliseconds(20)};
  const Outcome outcome =
      placement::Solve(plan.request, plan.candidates, *plan.topology,
                       plan.occupancy, plan.objective, budget, clock);
  const auto* solved = std::get_if<Solved>(&outcome);
  ASSERT_NE(solved, nullptr);
  EXPECT_EQ(solved->proof, Proof::kFeasible);
  EXPECT_LE(clock.looks(), 24);
  EXPECT_TRUE(plan.Verify(solved->placement));
}

// accelerator:c is nearest to the host: no switch is on the way.
Planning NearHost(const std::string& sva, const std::string& without) {
  MachineFacts machine = BenchMachine();
  for (const char device : without) {
    machine.Attribute(std::string("accelerator:") + device, attr::kSva,
                      std::string("no"));
  }
  return Planning(
      RequestOf(R"({"stages": [{"name": "x", "function": "copy", "sva": ")" +
                sva + R"("}], "links": [{"from": "host", "to": "x"}],
          "client": {"cpus": "0"}})"),
      machine.Build());
}

TEST(Solve, SvaPreferred_GoesFarForADeviceThatHasIt) {
  const Planning plan = NearHost("preferred", "c");
  const Solved solved = plan.Best();
  EXPECT_EQ(plan.Key(solved.placement.stages[0].device), "accelerator:a");
  EXPECT_TRUE(plan.Verify(solved.placement));
  const Planning any = NearHost("any", "c");
  EXPECT_EQ(any.Key(any.Best().placement.stages[0].device), "accelerator:c");
}

TEST(Solve, SvaPreferredAndNoDeviceHasIt_TakesTheNearestAndSaysSo) {
  const Planning plan = NearHost("preferred", "abc");
  const Solved solved = plan.Best();
  EXPECT_EQ(plan.Key(solved.placement.stages[0].device), "accelerator:c");
  EXPECT_TRUE(plan.Verify(solved.placement));
  EXPECT_EQ(solved.placement.terms.back().what, "sva: x on accelerator:c");
  EXPECT_EQ(solved.placement.terms.back().cost, kAvoidedCost);
}

TEST(Verify, AvoidedDeviceLeftOutOfTheCost_IsNoticed) {
  Planning plan = NearHost("preferred", "abc");
  const Solved honest = plan.Best();
  plan.candidates.stages[0].avoided.clear();
  EXPECT_FALSE(plan.Verify(plan.Best().placement));
  EXPECT_TRUE(plan.Verify(honest.placement));
}

TEST(ChargesOf, SharedPipeline_TakesOpensMemoryAndOnePasidAProcess) {
  const Planning plan(
      RequestOf(R"({"stages": [{"name": "x", "function": "copy", "count": 2}],
          "links": [{"from": "host", "to": "x", "buffer": {"size": "1MiB"}}],
          "client": {"processes": 3}})"),
      BenchMachine().Build());
  const auto charges =
      ChargesOf(plan.request, *plan.topology, plan.Best().placement);
  EXPECT_EQ(charges.devices.size(), 2U);
  EXPECT_EQ(charges.devices[0].use.instances, 1);
  ASSERT_EQ(charges.memory.size(), 1U);
  EXPECT_EQ(charges.memory[0].bytes, Bytes(1 << 20));
  EXPECT_EQ(charges.pasids, 3);
}

TEST(ToDocument, Placement_HasKeysAndNoHiddenDevice) {
  Planning plan(TwoCopies(R"(, "buffer": {"size": "1MiB", "kind": "ddr"})", ""),
                BenchMachine().Build());
  const Solved solved = plan.Best();
  plan.candidates.stages[0].rejections = {
      {plan.candidates.stages[0].devices[0], RejectionReason::kPolicy, "p"},
      {plan.candidates.stages[0].devices[1], RejectionReason::kHealth, "h"}};
  const Document document =
      ToDocument(plan.request, plan.candidates, *plan.topology, solved);
  for (const char* key : {"total", "proof", "lower_bound", "nodes", "elapsed",
                          "host", "stages", "buffers", "terms", "rejected"}) {
    EXPECT_NE(document.Find(key), nullptr) << key;
  }
  EXPECT_EQ(*document.Find("proof")->AsString(), "optimal");
  EXPECT_EQ(*(*document.Find("stages")->AsArray())[0].Find("numa")->AsString(),
            "numa:1");  // without a switch on the way
  const auto& rejected = *document.Find("rejected")->AsArray();
  ASSERT_EQ(rejected.size(), 1U);
  EXPECT_EQ(*rejected[0].Find("reason")->AsString(), "health");
}

}  // namespace
}  // namespace acceld::placement
