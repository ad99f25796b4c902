// Classes, subjects, conditions, reserve, taints, quotas, namespaces,
// objectives, release: what each key of the language does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "base/attribute.h"
#include "base/units.h"
#include "policy/policy.h"
#include "tests/support/fake_attributes.h"
#include "tests/support/fake_user_database.h"

namespace acceld::policy {
namespace {

using ::acceld::testing::FakeAttributes;
using ::acceld::testing::FakeUserDatabase;
using ::testing::ElementsAre;

const FakeUserDatabase kUsers({{"alice", 1000}, {"bob", 1001}},
                              {{"ml", 105}, {"physics", 2000}});
const Subject kRoot{0, {0}};
const Subject kAlice{1000, {1000, 105}};
const Subject kBob{1001, {1001, 2000}};
const Subject kCarol{1002, {1002}, "/ml.slice/train.service"};

FakeAttributes Gpu(std::int64_t gibibytes, std::int64_t node) {
  return {{"framework", std::string("drm")},
          {"functions", std::vector<std::string>{"compute/gpu", "graphics"}},
          {"numa_node", node},
          {"memory", Bytes(gibibytes << 30)}};
}
const FakeAttributes kBig = Gpu(80, 0);
const FakeAttributes kSmall = Gpu(16, 1);

std::shared_ptr<const Policy> With(const std::string& members) {
  const auto policy = Policy::Compile({{"a.json",
                                        R"({"version": 1, "classes": {
              "big": {"devices": [{"attribute": "memory",
                                   "at_least": "40GiB"}]},
              "node1": {"devices": [{"attribute": "numa_node",
                                     "equals": 1}]}}, )" +
                                            members + "}"}},
                                      kUsers);
  if (policy) return *policy;
  ADD_FAILURE() << policy.error().message;
  return Policy::Default();
}

bool Allows(const Policy& policy, const Subject& subject,
            const AttributeView& device) {
  return policy.Decide(subject, device, "compute/gpu").allowed;
}

TEST(PolicyClasses, AnyOfTheClassesAndAllSelectors) {
  const auto policy = With(
      R"("rules": [{"effect": "allow", "classes": ["big", "node1"],
            "devices": [{"attribute": "framework", "equals": "drm"}]}])");
  EXPECT_TRUE(Allows(*policy, kAlice, kBig));
  EXPECT_TRUE(Allows(*policy, kAlice, kSmall));
  EXPECT_FALSE(Allows(*policy, kAlice, Gpu(16, 0)));
  EXPECT_FALSE(
      Allows(*policy, kAlice, FakeAttributes{{"numa_node", std::int64_t{1}}}));
}

TEST(PolicySubjects, NamedOnesNameOthers) {
  const auto policy = With(
      R"("subjects": {"all": {"subjects": ["ml", "bobs"]},
                      "ml": {"groups": ["ml"]}, "bobs": {"users": ["bob"]}},
         "rules": [{"effect": "allow", "subjects": ["all"]}])");
  EXPECT_TRUE(Allows(*policy, kAlice, kBig));
  EXPECT_TRUE(Allows(*policy, kBob, kBig));
  EXPECT_FALSE(Allows(*policy, kCarol, kBig));
}

TEST(PolicySubjects, Slices_AreComparedFromTheRootByWholeNames) {
  const auto policy =
      With(R"("rules": [{"effect": "allow", "slices": ["/ml.slice"]}])");
  for (const char* path : {"/ml.slice", "/ml.slice/a", "/ml.slice/a/b"}) {
    EXPECT_TRUE(Allows(*policy, {7, {}, path}, kBig)) << path;
  }
  for (const char* path :
       {"", "/", "/ml.slice2", "/user.slice/ml.slice", "ml.slice", "/ml"}) {
    EXPECT_FALSE(Allows(*policy, {7, {}, path}, kBig)) << path;
  }
}

TEST(PolicyRequests, ConditionsAreOverTheStage) {
  const auto policy = With(
      R"("rules": [{"effect": "allow"},
          {"effect": "deny", "request": [{"attribute": "sharing",
                                          "equals": "exclusive"}]}])");
  const FakeAttributes exclusive{{"sharing", std::string("exclusive")}};
  const FakeAttributes shared{{"sharing", std::string("shared")}};
  const auto alice = policy->Mark(kAlice);
  const auto big = policy->Mark(kBig);
  EXPECT_FALSE(policy->Decide(alice, big, {"graphics", &exclusive}).allowed);
  EXPECT_TRUE(policy->Decide(alice, big, {"graphics", &shared}).allowed);
  EXPECT_TRUE(policy->Decide(alice, big, {}).allowed);  // it is seen
}

TEST(PolicyRequests, AllowUnderACondition_LetsTheDeviceBeSeen) {
  const auto policy = With(
      R"("rules": [{"effect": "allow", "request": [{"attribute": "count",
                                                    "at_most": 2}]}])");
  const FakeAttributes many{{"count", std::int64_t{3}}};
  const auto alice = policy->Mark(kAlice);
  const auto big = policy->Mark(kBig);
  EXPECT_TRUE(policy->Decide(alice, big, {}).allowed);
  EXPECT_FALSE(policy->Decide(alice, big, {"graphics", &many}).allowed);
}

TEST(PolicyReserve, DeniesAllOthersButRoot) {
  const auto policy = With(
      R"("default": "allow", "reserve": [{"reason": "lectures",
            "classes": ["big"], "groups": ["ml"]}])");
  EXPECT_TRUE(Allows(*policy, kAlice, kBig));
  EXPECT_TRUE(Allows(*policy, kRoot, kBig));
  EXPECT_TRUE(Allows(*policy, kBob, kSmall));
  const Verdict verdict = policy->Decide(kBob, kBig, "graphics");
  EXPECT_FALSE(verdict.allowed);
  EXPECT_EQ(verdict.rule, "a.json#/reserve/0");
  EXPECT_EQ(verdict.reason, "lectures");
}

TEST(PolicyReserve, AllowsNothingByItself) {
  const auto policy =
      With(R"("reserve": [{"classes": ["big"], "groups": ["ml"]}])");
  EXPECT_FALSE(Allows(*policy, kAlice, kBig));
}

TEST(PolicyTaints, BindWhoeverDoesNotTolerateThem) {
  const auto policy = With(
      R"("taints": [{"effect": "avoid", "classes": ["big"], "name": "slow"},
                    {"effect": "refuse", "classes": ["big"], "reason": "fan",
                     "users": ["alice"]}])");
  const auto big = policy->Mark(kBig);
  const auto alice = policy->TaintOf(policy->Mark(kAlice), big);
  ASSERT_TRUE(alice.has_value());
  EXPECT_FALSE(alice->refuses);
  EXPECT_EQ(alice->reason, "slow");
  const auto root = policy->TaintOf(policy->Mark(kRoot), big);
  ASSERT_TRUE(root.has_value());
  EXPECT_TRUE(root->refuses);
  EXPECT_EQ(root->taint, "a.json#/taints/1");
  EXPECT_EQ(root->reason, "fan");
  EXPECT_FALSE(policy->TaintOf(policy->Mark(kRoot), policy->Mark(kSmall)));
}

TEST(PolicyQuotas, EachThatApplies_IsListedWithItsAccount) {
  const auto policy = With(
      R"("quotas": [{"groups": ["ml"], "class": "big", "devices": 2},
                    {"per": "all", "leases": 9, "name": "all"},
                    {"users": ["bob"], "memory": "1GiB"}])");
  const auto quotas = policy->QuotasOf(kAlice);
  ASSERT_EQ(quotas.size(), 2U);
  EXPECT_EQ(quotas[0].account, "a.json#/quotas/0 1000");
  EXPECT_EQ(quotas[0].of_class, "big");
  EXPECT_EQ(quotas[0].bounds->devices, 2);
  EXPECT_EQ(quotas[0].bounds->leases, std::nullopt);
  EXPECT_TRUE(policy->Counts(quotas[0], policy->Mark(kBig)));
  EXPECT_FALSE(policy->Counts(quotas[0], policy->Mark(kSmall)));
  EXPECT_EQ(quotas[1].account, "a.json#/quotas/1");
  EXPECT_EQ(quotas[1].name, "all");
  EXPECT_TRUE(policy->Counts(quotas[1], policy->Mark(kSmall)));
}

constexpr char kTenants[] =
    R"("default": "allow", "namespaces": {
         "physics": {"groups": ["physics"],
                     "devices": [{"attribute": "numa_node", "equals": 0}],
                     "share": {"devices": 4},
                     "namespaces": {"students": {"users": ["bob"],
                                                 "classes": ["big"],
                                                 "share": {"devices": 1}}}},
         "default": {"classes": ["node1"]}},
       "rules": [{"effect": "deny", "namespaces": ["physics"],
                  "functions": ["graphics"]}])";

TEST(PolicyNamespaces, Subject_IsInTheDeepestThatNamesIt) {
  const auto policy = With(kTenants);
  const auto name = [&](const Subject& subject) {
    return policy->NamespaceOf(policy->Mark(subject));
  };
  EXPECT_EQ(name(kBob), "students");
  EXPECT_EQ(name({1003, {2000}}), "physics");
  EXPECT_EQ(name(kAlice), "default");
}

TEST(PolicyNamespaces, WhatIsOutside_IsNeitherSeenNorUsed) {
  const auto policy = With(kTenants);
  const auto sees = [&](const Subject& subject, const AttributeView& device) {
    return policy->Sees(policy->Mark(subject), policy->Mark(device));
  };
  const Subject physicist{1003, {2000}};
  EXPECT_TRUE(sees(physicist, Gpu(16, 0)));
  EXPECT_FALSE(sees(physicist, kSmall));
  EXPECT_TRUE(sees(kBob, kBig));
  EXPECT_FALSE(sees(kBob, Gpu(16, 0)));
  EXPECT_FALSE(sees(kBob, Gpu(80, 1)));  // outside the part around it
  EXPECT_TRUE(sees(kAlice, kSmall));
  EXPECT_FALSE(sees(kAlice, kBig));
  EXPECT_TRUE(sees(kRoot, kBig));
  EXPECT_FALSE(Allows(*policy, physicist, kSmall));
  EXPECT_TRUE(Allows(*policy, kRoot, kSmall));
}

TEST(PolicyNamespaces, RulesAboutANamespace_AreAboutItsPartsToo) {
  const auto policy = With(kTenants);
  EXPECT_FALSE(policy->Decide(kBob, kBig, "graphics").allowed);
  EXPECT_TRUE(policy->Decide(kAlice, kSmall, "graphics").allowed);
}

TEST(PolicyNamespaces, Shares_AreQuotasOfAllMembersAndOfTheParts) {
  const auto policy = With(kTenants);
  std::vector<std::string> accounts;
  for (const auto& quota : policy->QuotasOf(kBob)) {
    accounts.push_back(quota.account);
  }
  EXPECT_THAT(accounts,
              ElementsAre("a.json#/namespaces/physics/share",
                          "a.json#/namespaces/physics/namespaces/students/"
                          "share"));
  EXPECT_TRUE(policy->QuotasOf(kAlice).empty());
}

TEST(PolicyNamespaces, Subjects_ExistForTheirOwnAndWhatIsAroundIt) {
  const auto policy = With(kTenants);
  const auto bob = policy->Mark(kBob);
  const auto physicist = policy->Mark(Subject{1003, {2000}});
  const auto alice = policy->Mark(kAlice);
  EXPECT_TRUE(policy->Sees(physicist, bob));
  EXPECT_FALSE(policy->Sees(bob, physicist));
  EXPECT_FALSE(policy->Sees(alice, bob));
  EXPECT_TRUE(policy->Sees(policy->Mark(kRoot), bob));
}

TEST(PolicyObjectives, NamedOnes_TakeTheRestFromDefault) {
  const auto policy = With(
      R"("objectives": {"batch": {"spread_weight": 5, "pack_weight": 4,
                                  "keep_whole_weight": 3, "power_weight": 2},
            "default": {"latency_weight": 7, "class_costs": {"big": 500}}})");
  EXPECT_EQ(policy->objective().latency_weight, 7);
  ASSERT_NE(policy->ObjectiveFor("batch"), nullptr);
  const Objective& batch = *policy->ObjectiveFor("batch");
  EXPECT_EQ(batch.latency_weight, 7);
  EXPECT_EQ(batch.spread_weight, 5);
  EXPECT_EQ(batch.pack_weight, 4);
  EXPECT_EQ(batch.keep_whole_weight, 3);
  EXPECT_EQ(batch.power_weight, 2);
  ASSERT_EQ(batch.class_costs.size(), 1U);
  EXPECT_EQ(batch.class_costs[0].cost, 500);
  EXPECT_TRUE(MatchesAll(batch.class_costs[0].devices, kBig));
  EXPECT_EQ(policy->ObjectiveFor("other"), nullptr);
  EXPECT_THAT(policy->ObjectiveNames(), ElementsAre("batch", "default"));
}

TEST(PolicyRelease, LastEntryThatHasAKey_DecidesIt) {
  const auto policy = With(
      R"("release": [{"reset": true, "quarantine": "1s"},
                     {"classes": ["big"], "quarantine": "10s"}],
         "reload": {"revoke_forbidden": true})");
  const ReleaseTerms big = policy->ReleaseOf(policy->Mark(kBig));
  EXPECT_EQ(big.reset, true);
  EXPECT_EQ(big.quarantine, Nanoseconds(10'000'000'000));
  EXPECT_EQ(policy->ReleaseOf(policy->Mark(kSmall)).quarantine,
            Nanoseconds(1'000'000'000));
  EXPECT_TRUE(policy->RevokesForbidden());
}

TEST(PolicyExplanation, EveryEntry_SaysWhyItSpeaksOrNot) {
  const auto policy = With(
      R"("taints": [{"effect": "avoid", "classes": ["node1"]}],
         "reserve": [{"classes": ["big"], "groups": ["ml"]}],
         "rules": [{"effect": "allow", "users": ["bob"]},
                   {"effect": "allow", "functions": ["graphics"]},
                   {"effect": "allow", "name": "all"}])");
  std::vector<std::string> lines;
  for (const Consideration& one :
       policy->Explain(kAlice, kBig, {"compute/gpu", nullptr})) {
    lines.push_back(std::string(one.what) + (one.speaks ? "+ " : "- ") +
                    one.because);
  }
  EXPECT_THAT(
      lines,
      ElementsAre(
          "namespace- the device is in the subject's namespace 'default'",
          "reserve- kept for the subject, or it is root",
          "allow- does not name the subject",
          "allow- is not about the function compute/gpu",
          "allow+ names the subject, the device and the use",
          "avoid- class node1: it is not the case that numa_node equals 1: it "
          "is '0'"));
}

}  // namespace
}  // namespace acceld::policy
