// What a policy's taints, classes, conditions and defaults do to a placement.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>

#include "base/json.h"
#include "tests/support/bench_machine.h"
#include "tests/support/planning.h"

namespace acceld::placement {
namespace {

using acceld::testing::BenchMachine;
using acceld::testing::Planning;
using acceld::testing::RequestOf;

constexpr char kNear[] =
    R"({"stages": [{"name": "x", "function": "copy"}],
        "links": [{"from": "host", "to": "x"}], "client": {"cpus": "0"}})";

std::shared_ptr<const policy::Policy> With(const std::string& members) {
  const auto policy = policy::Policy::Compile(
      {{"a.json", R"({"version": 1, "default": "allow", )" + members + "}"}});
  if (policy) return *policy;
  ADD_FAILURE() << policy.error().message;
  return policy::Policy::Default();
}

// As `subject` under the policy.
Planning Planned(const std::string& request, const policy::Policy& policy,
                 const policy::Subject& subject) {
  Planning plan(RequestOf(request), BenchMachine().Build());
  plan.objective = policy.objective();
  plan.candidates = FindCandidates(
      plan.request, *plan.topology, plan.occupancy, policy, subject,
      [](const graph::Vertex&) { return std::nullopt; });
  return plan;
}

// The device that the stage gets where the policy is silent.
std::string Nearest() {
  const Planning plan(RequestOf(kNear), BenchMachine().Build());
  return plan.Key(plan.Best().placement.stages[0].device);
}

const Rejection* Find(const Planning& plan, const std::string& key) {
  for (const Rejection& one : plan.candidates.stages[0].rejections) {
    if (plan.Key(one.device) == key) return &one;
  }
  return nullptr;
}

TEST(PolicyTerms, TaintThatRefuses_IsARejectionWithItsReason) {
  const auto policy =
      With(R"("taints": [{"effect": "refuse", "reason": "fan"}])");
  for (const uid_t uid : {0U, 1000U}) {
    const Planning plan = Planned(kNear, *policy, {uid, {}});
    EXPECT_TRUE(plan.candidates.stages[0].devices.empty());
    const Rejection* nearest = Find(plan, Nearest());
    ASSERT_NE(nearest, nullptr);
    EXPECT_EQ(nearest->reason, RejectionReason::kTaint);
    EXPECT_EQ(nearest->text, "fan");
  }
}

TEST(PolicyTerms, TaintThatAvoids_CostsASecondAndIsATerm) {
  const auto policy = With(R"("taints": [{"effect": "avoid"}])");
  const Planning plan = Planned(kNear, *policy, {1000, {}});
  const Solved solved = plan.Best();
  EXPECT_TRUE(plan.Verify(solved.placement));
  EXPECT_EQ(solved.placement.terms.back().what, "taint: x on " + Nearest());
  EXPECT_EQ(solved.placement.terms.back().cost, kAvoidedCost);
}

TEST(PolicyTerms, AvoidedLeftOutOfTheCost_IsNoticedByTheVerifier) {
  const auto policy = With(R"("taints": [{"effect": "avoid"}])");
  Planning plan = Planned(kNear, *policy, {1000, {}});
  const Solved honest = plan.Best();
  plan.candidates.stages[0].tainted.clear();
  EXPECT_FALSE(plan.Verify(honest.placement));
}

TEST(PolicyTerms, ClassCosts_AddUpAndAreVerified) {
  const auto policy = With(
      R"("classes": {"all": {"devices": [{"attribute": "functions",
                                          "contains": "copy"}]}},
         "objectives": {"default": {"class_costs": {"all": 500}}})");
  const Planning plan = Planned(kNear, *policy, {1000, {}});
  const Solved solved = plan.Best();
  EXPECT_TRUE(plan.Verify(solved.placement));
  const auto& terms = solved.placement.terms;
  const auto found =
      std::find_if(terms.begin(), terms.end(), [](const CostTerm& term) {
        return term.what.starts_with("class: x on ");
      });
  ASSERT_NE(found, terms.end());
  EXPECT_EQ(found->cost, 500 * kReferenceTraffic);
}

TEST(PolicyTerms, ConditionOnTheRequest_DecidesByStage) {
  const auto policy = With(
      R"("rules": [{"effect": "deny", "request": [
            {"attribute": "sharing", "equals": "exclusive"}]}])");
  const Planning shared = Planned(kNear, *policy, {1000, {}});
  EXPECT_EQ(Find(shared, Nearest()), nullptr);
  const Planning exclusive = Planned(
      R"({"stages": [{"name": "x", "function": "copy",
                      "sharing": "exclusive"}]})",
      *policy, {1000, {}});
  ASSERT_NE(Find(exclusive, Nearest()), nullptr);
  EXPECT_EQ(Find(exclusive, Nearest())->reason, RejectionReason::kPolicy);
}

TEST(PolicyDefaults, SilentRequests_TakeThem) {
  const auto policy = With(
      R"("defaults": {"sharing": "exclusive", "sva": "required",
                      "traffic": "3GB/s"})");
  const auto request = ParseRequest(*ParseJson(kNear), policy->defaults());
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_EQ(request->stages[0].sharing, Sharing::kExclusive);
  EXPECT_EQ(request->stages[0].sva, SvaNeed::kRequired);
  EXPECT_EQ(request->links[0].traffic, BytesPerSecond(3'000'000'000));
  EXPECT_FALSE(request->links[0].traffic_stated);
}

}  // namespace
}  // namespace acceld::placement
