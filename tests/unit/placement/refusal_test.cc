// Refusals as data: what conflicts, where it stands in the request, what would
// fit, and what becomes of it where time runs out.
#include "placement/refusal.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>
#include <variant>

#include "base/json.h"
#include "graph/topology.h"
#include "placement/conflict.h"
#include "placement/placement.h"
#include "placement/refusal_document.h"
#include "placement/rejections.h"
#include "probes/machine_document.h"
#include "tests/support/adversarial.h"
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

Refusal RefusalOf(const Planning& plan) {
  const Outcome outcome = plan.Solve();
  const auto* infeasible = std::get_if<Infeasible>(&outcome);
  EXPECT_NE(infeasible, nullptr);
  return infeasible == nullptr ? Refusal{} : infeasible->refusal;
}

TEST(Refusal, ConflictingDemand_SaysWhatWouldFit) {
  const Planning plan(TwoCopies(R"(, "require": {"locality": "same-switch"})",
                                R"(, "constraints": [{"distinct": "numa",
                                      "stages": ["x", "y"]}])"),
                      BenchMachine().Build());
  const Refusal refusal = RefusalOf(plan);
  ASSERT_EQ(refusal.conflict.size(), 2U);
  EXPECT_TRUE(refusal.minimal);
  const ConflictingDemand& near = refusal.conflict[0];
  EXPECT_EQ(near.kind, "locality");
  EXPECT_EQ(near.pointer, "/links/0/require/locality");
  EXPECT_EQ(near.fits_without, true);
  EXPECT_EQ(near.fits_with, "cross-package");
  EXPECT_EQ(refusal.conflict[1].pointer, "/constraints/0");
  EXPECT_EQ(refusal.Suggestions().front(),
            "allow cross-package at /links/0/require/locality");
}

// The limit that a refusal names is one that the machine can meet.
TEST(Refusal, LimitThatWouldFit_Fits) {
  const auto request = [](const std::string& limit) {
    return TwoCopies(R"(, "require": {"max_latency": ")" + limit + "\"}",
                     R"(, "constraints": [{"distinct": "device",
                           "stages": ["x", "y"]}])");
  };
  const Refusal refusal =
      RefusalOf(Planning(request("10ns"), BenchMachine().Build()));
  ASSERT_EQ(refusal.conflict.size(), 2U);
  EXPECT_EQ(refusal.conflict[0].kind, "latency");
  ASSERT_FALSE(refusal.conflict[0].fits_with.empty());
  const Planning allowed(request(refusal.conflict[0].fits_with),
                         BenchMachine().Build());
  EXPECT_TRUE(std::holds_alternative<Solved>(allowed.Solve()));
}

// Too few devices whatever is asked of them: the stages themselves conflict,
// and those alone that want the same ones.
TEST(Refusal, TooFewDevices_NamesTheStagesThatCompete) {
  const auto request = RequestOf(
      R"({"stages": [
           {"name": "a", "function": "copy"},
           {"name": "b", "function": "copy"}, {"name": "c", "function": "copy"},
           {"name": "free", "function": "fill"}]})");
  MachineFacts machine = BenchMachine();
  machine.Thing("accelerator:d")
      .Attribute("accelerator:d", attr::kFunctions,
                 std::vector<std::string>{"fill"})
      .Attribute("accelerator:d", attr::kInstances, std::int64_t{16});
  Occupancy occupancy;
  occupancy.devices["accelerator:a"].instances = 15;
  occupancy.devices["accelerator:b"].instances = 15;
  occupancy.devices["accelerator:c"].instances = 16;
  const Refusal refusal =
      RefusalOf(Planning(request, machine.Build(), occupancy));
  ASSERT_EQ(refusal.conflict.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(refusal.conflict[i].kind, "stage");
    EXPECT_EQ(refusal.conflict[i].pointer, "/stages/" + std::to_string(i));
    EXPECT_EQ(refusal.conflict[i].fits_without, true);
  }
}

// Twelve stages on devices of their own, of which there are eleven, all with
// room for more: found out by counting, not by trying all.
TEST(Refusal, OneDeviceTooFewForAllToDiffer_IsNamedInNoTime) {
  auto facts =
      probes::ParseMachineText(acceld::testing::StarMachine(11, 16, 100));
  ASSERT_TRUE(facts);
  const Planning plan(RequestOf(acceld::testing::AllToAll(
                          12, true, acceld::testing::AllOnTheirOwn(12))),
                      graph::Topology::Build(*std::move(facts), 1));
  const FakeClock clock;
  Budget budget{clock.Now() + std::chrono::seconds(1)};
  budget.max_nodes = 64;
  const Outcome outcome = Solve(plan.request, plan.candidates, *plan.topology,
                                plan.occupancy, plan.objective, budget, clock);
  const auto* infeasible = std::get_if<Infeasible>(&outcome);
  ASSERT_NE(infeasible, nullptr);
  ASSERT_EQ(infeasible->refusal.conflict.size(), 1U);
  EXPECT_EQ(infeasible->refusal.conflict[0].pointer, "/constraints/0");
  EXPECT_EQ(infeasible->refusal.conflict[0].fits_without, true);
  EXPECT_TRUE(infeasible->refusal.minimal);
}

// Where time is up, what is said is still true: that all of it conflicts.
TEST(Refusal, NoTimeToExplain_NamesAllDemandsAndSaysSo) {
  const Planning plan(TwoCopies(R"(, "require": {"locality": "same-switch",
                                 "max_latency": "1ms"})",
                                R"(, "constraints": [{"distinct": "numa",
                                      "stages": ["x", "y"]}])"),
                      BenchMachine().Build());
  const FakeClock clock;
  const Refusal refusal =
      ExplainConflict(plan.request, plan.candidates, *plan.topology,
                      plan.occupancy, plan.objective, {clock.Now()}, clock);
  EXPECT_EQ(refusal.conflict.size(), 3U);
  EXPECT_FALSE(refusal.minimal);
  EXPECT_EQ(refusal.conflict[0].fits_without, std::nullopt);
}

Document DocumentOf(const Planning& plan) {
  return ToDocument({"unsatisfiable", {"no"}}, plan.request, plan.candidates,
                    *plan.topology, RefusalOf(plan));
}

TEST(RefusalDocument, StageWithoutDevices_CountsAndListsItsRejections) {
  Occupancy occupancy;
  for (const char* key : {"accelerator:a", "accelerator:b", "accelerator:c"}) {
    occupancy.devices[key].instances = 16;
  }
  const Planning plan(RequestOf(R"({"stages": [
      {"name": "x", "function": "copy"}]})"),
                      BenchMachine().Build(), occupancy);
  const Document document = DocumentOf(plan);
  EXPECT_EQ(PrintJson(*document.Find("candidates")),
            R"([{"stage":"x","function":"copy","devices":0,)"
            R"("rejected":[{"reason":"capacity","count":3}]}])");
  EXPECT_EQ(document.Find("rejected")->AsArray()->size(), 3U);
  const Document& part = document.Find("empty")->AsArray()->at(0);
  EXPECT_EQ(*part.Find("kind")->AsString(), "stage");
  EXPECT_EQ(*part.Find("pointer")->AsString(), "/stages/0");
  EXPECT_TRUE(document.Find("conflict")->AsArray()->empty());
}

TEST(RefusalDocument, DeviceThatThePolicyHides_IsNowhere) {
  Planning plan(TwoCopies("", ""), BenchMachine().Build());
  for (StageCandidates& stage : plan.candidates.stages) {
    stage.rejections.clear();
    for (const graph::VertexId device : stage.devices) {
      stage.rejections.push_back({device, RejectionReason::kPolicy, "secret"});
    }
    stage.devices.clear();
  }
  const std::string text = PrintJson(DocumentOf(plan));
  EXPECT_EQ(text.find("secret"), std::string::npos);
  EXPECT_EQ(text.find("policy"), std::string::npos);
  EXPECT_EQ(text.find("accelerator:"), std::string::npos);
}

// A machine of thousands of devices, and every stage rejects most of them.
TEST(RefusalDocument, ManyRejections_AreListedUpToABound) {
  Planning plan(RequestOf(R"({"stages": [{"name": "x", "function": "copy"}]})"),
                BenchMachine().Build());
  StageCandidates& stage = plan.candidates.stages[0];
  const graph::VertexId device = stage.devices[0];
  for (std::size_t i = 0; i < kMaxRejectionsListed; ++i) {
    stage.rejections.push_back({device, RejectionReason::kFunction, "other"});
  }
  stage.rejections.push_back({device, RejectionReason::kMemory, "too small"});
  Document document;
  SetRejections(document, plan.request, plan.candidates, *plan.topology);
  const Document::Array& listed = *document.Find("rejected")->AsArray();
  ASSERT_EQ(listed.size(), kMaxRejectionsListed);
  EXPECT_EQ(*listed[0].Find("reason")->AsString(), "memory");
  EXPECT_EQ(*document.Find("rejected_left_out")->AsInteger(), 1);
}

}  // namespace
}  // namespace acceld::placement
