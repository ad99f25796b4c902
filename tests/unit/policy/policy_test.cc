#include "policy/policy.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/support/fake_attributes.h"
#include "tests/support/fake_user_database.h"

namespace acceld::policy {
namespace {

using ::acceld::testing::FakeAttributes;
using ::acceld::testing::FakeUserDatabase;

const FakeUserDatabase kUsers({{"root", 0}, {"alice", 1000}, {"bob", 1001}},
                              {{"render", 105}, {"lab", 2000}});
const Subject kRoot{0, {0}};
const Subject kAlice{1000, {1000, 105}};
const Subject kBob{1001, {1001, 2000}};

const FakeAttributes kSoft{
    {"framework", std::string("soft")},
    {"functions", std::vector<std::string>{"copy", "compress/deflate"}}};
const FakeAttributes kGpu{
    {"framework", std::string("drm")},
    {"functions", std::vector<std::string>{"compute/gpu", "graphics"}}};
const FakeAttributes kNameless{{"framework", std::string("drm")}};

std::shared_ptr<const Policy> Compiled(std::vector<std::string> texts) {
  std::vector<PolicySource> sources;
  for (std::string& text : texts) {
    const std::string name = std::to_string(sources.size()) + "0.json";
    sources.push_back({name, std::move(text)});
  }
  auto policy = Policy::Compile(sources, kUsers);
  if (policy) return *policy;
  ADD_FAILURE() << policy.error().message;
  return Policy::Default();
}

std::shared_ptr<const Policy> WithRules(const std::string& rules) {
  return Compiled({R"({"version": 1, "rules": [)" + rules + "]}"});
}

TEST(Policy, Default_OpensSoftDevicesOnly) {
  const auto policy = Policy::Default();
  EXPECT_TRUE(policy->Decide(kAlice, kSoft, "copy").allowed);
  EXPECT_TRUE(policy->Decide(kAlice, kSoft, "").allowed);
  EXPECT_FALSE(policy->Decide(kAlice, kGpu, "compute/gpu").allowed);
  EXPECT_FALSE(policy->Decide(kAlice, kGpu, "").allowed);
  EXPECT_TRUE(policy->Decide(kRoot, kGpu, "compute/gpu").allowed);
  EXPECT_EQ(policy->origin(), "default");
}

TEST(Policy, DocumentWithoutRules_DeniesAndSaysDefault) {
  const auto policy = Compiled({R"({"version": 1})"});
  const Verdict verdict = policy->Decide(kAlice, kSoft, "copy");
  EXPECT_FALSE(verdict.allowed);
  EXPECT_EQ(verdict.rule, "default");
}

TEST(Policy, DenyAndAllow_DenyWinsInEitherOrder) {
  const std::string allow = R"({"effect": "allow", "users": ["alice"]})";
  const std::string deny =
      R"({"effect": "deny", "groups": ["render"], "reason": "repair"})";
  for (const auto& [rules, index] : {std::pair(allow + "," + deny, "1"),
                                     std::pair(deny + "," + allow, "0")}) {
    const auto policy = WithRules(rules);
    const Verdict verdict = policy->Decide(kAlice, kGpu, "compute/gpu");
    EXPECT_FALSE(verdict.allowed);
    EXPECT_EQ(verdict.rule, std::string("00.json#/rules/") + index);
    EXPECT_EQ(verdict.reason, "repair");
  }
}

TEST(Policy, Verdict_NamesTheFirstRuleThatAllows) {
  const auto policy = WithRules(
      R"({"effect": "allow", "users": ["bob"]},
         {"effect": "allow", "users": ["alice"], "name": "hers"},
         {"effect": "allow"})");
  const Verdict verdict = policy->Decide(kAlice, kGpu, "compute/gpu");
  EXPECT_TRUE(verdict.allowed);
  EXPECT_EQ(verdict.rule, "00.json#/rules/1");
  EXPECT_EQ(verdict.reason, "hers");
}

TEST(Policy, UsersAndGroups_EitherIsEnough) {
  const auto policy =
      WithRules(R"({"effect": "allow", "users": [1000], "groups": ["lab"]})");
  EXPECT_TRUE(policy->Decide(kAlice, kGpu, "graphics").allowed);
  EXPECT_TRUE(policy->Decide(kBob, kGpu, "graphics").allowed);
  EXPECT_FALSE(policy->Decide({1002, {100}}, kGpu, "graphics").allowed);
}

TEST(Policy, UserNumber_IsNotAGroupNumber) {
  const auto policy = WithRules(R"({"effect": "allow", "users": [105]})");
  EXPECT_FALSE(policy->Decide(kAlice, kGpu, "graphics").allowed);
  const auto group = WithRules(R"({"effect": "allow", "groups": [1000]})");
  EXPECT_FALSE(group->Decide({1000, {50}}, kGpu, "graphics").allowed);
}

TEST(Policy, Functions_LimitARuleByGlob) {
  const auto policy =
      WithRules(R"({"effect": "allow", "functions": ["compute/*"]})");
  EXPECT_TRUE(policy->Decide(kAlice, kGpu, "compute/gpu").allowed);
  EXPECT_FALSE(policy->Decide(kAlice, kGpu, "graphics").allowed);
}

TEST(Policy, SeveralSelectors_AllMustHold) {
  const auto policy = WithRules(
      R"({"effect": "allow", "devices": [
            {"attribute": "framework", "equals": "drm"},
            {"attribute": "functions", "contains": "graphics"}]})");
  EXPECT_TRUE(policy->Decide(kAlice, kGpu, "graphics").allowed);
  EXPECT_FALSE(policy->Decide(kAlice, kNameless, "graphics").allowed);
  EXPECT_FALSE(policy->Decide(kAlice, kSoft, "copy").allowed);
}

TEST(PolicyVisibility, OneFunctionLeft_DeviceIsSeen) {
  const auto policy = WithRules(
      R"({"effect": "allow"},
         {"effect": "deny", "functions": ["graphics"]})");
  EXPECT_TRUE(policy->Decide(kAlice, kGpu, "").allowed);
  EXPECT_FALSE(policy->Decide(kAlice, kGpu, "graphics").allowed);
}

TEST(PolicyVisibility, EveryFunctionDenied_DeviceIsHidden) {
  const auto policy = WithRules(
      R"({"effect": "allow"},
         {"effect": "deny", "functions": ["graphics", "compute/*"]})");
  EXPECT_FALSE(policy->Decide(kAlice, kGpu, "").allowed);
  EXPECT_TRUE(policy->Decide(kAlice, kSoft, "").allowed);
}

TEST(PolicyVisibility, NoFunctionsKnown_OnlyRulesAboutAllSpeak) {
  const auto some =
      WithRules(R"({"effect": "allow", "functions": ["graphics"]})");
  EXPECT_FALSE(some->Decide(kAlice, kNameless, "").allowed);
  const auto all = WithRules(R"({"effect": "allow", "functions": ["*"]})");
  EXPECT_TRUE(all->Decide(kAlice, kNameless, "").allowed);
  const auto none = Compiled({R"({"version": 1, "default": "allow",
           "rules": [{"effect": "deny", "functions": ["*"]}]})"});
  EXPECT_FALSE(none->Decide(kAlice, kNameless, "").allowed);
}

TEST(PolicyRoot, RulesAboutOthers_DoNotBindRoot) {
  const auto policy =
      WithRules(R"({"effect": "deny"}, {"effect": "deny", "groups": [0]})");
  const Verdict verdict = policy->Decide(kRoot, kGpu, "graphics");
  EXPECT_TRUE(verdict.allowed);
  EXPECT_EQ(verdict.rule, "root");
  EXPECT_FALSE(policy->Decide(kAlice, kGpu, "graphics").allowed);
}

TEST(PolicyRoot, RuleThatNamesRoot_Binds) {
  for (const char* root : {"0", "\"root\""}) {
    const auto policy = WithRules(
        std::string(R"({"effect": "deny", "users": [)") + root +
        R"(], "devices": [{"attribute": "framework", "equals": "drm"}]})");
    EXPECT_FALSE(policy->Decide(kRoot, kGpu, "graphics").allowed);
    EXPECT_TRUE(policy->Decide(kRoot, kSoft, "copy").allowed);
  }
}

TEST(PolicyMerging, Rules_AppendInOrder) {
  const auto policy = Compiled(
      {R"({"version": 1, "rules": [{"effect": "allow"}]})",
       R"({"version": 1, "rules": [{"effect": "deny", "users": ["bob"]}]})"});
  EXPECT_TRUE(policy->Decide(kAlice, kGpu, "graphics").allowed);
  EXPECT_EQ(policy->Decide(kBob, kGpu, "graphics").rule, "10.json#/rules/0");
  EXPECT_EQ(policy->origin(), "00.json, 10.json");
}

TEST(PolicyMerging, LastFileWins_KeyByKey) {
  const auto policy = Compiled({R"({"version": 1, "default": "allow",
           "limits": {"max_deadline": "2s", "max_stages": 8},
           "defaults": {"deadline": "10ms", "sva": "required"}})",
                                R"({"version": 1, "default": "deny",
           "defaults": {"deadline": "20ms"},
           "limits": {"max_stages": 4}})",
                                R"({"version": 1})"});
  EXPECT_FALSE(policy->Decide(kAlice, kGpu, "graphics").allowed);
  EXPECT_EQ(policy->defaults().deadline, Nanoseconds(20'000'000));
  EXPECT_EQ(policy->defaults().sva, SvaNeed::kRequired);
  EXPECT_EQ(policy->limits().max_deadline, Nanoseconds(2'000'000'000));
  EXPECT_EQ(policy->limits().max_stages, 4);
}

TEST(PolicyAdministrators, Lists_AddUpAcrossFiles) {
  const auto policy = Compiled(
      {R"({"version": 1, "administrators": {"users": ["alice"]}})",
       R"({"version": 1, "administrators": {"groups": ["lab"], "users": []}})"});
  EXPECT_TRUE(policy->IsAdministrator(kRoot));
  EXPECT_TRUE(policy->IsAdministrator(kAlice));
  EXPECT_TRUE(policy->IsAdministrator(kBob));
  EXPECT_FALSE(policy->IsAdministrator({1002, {100}}));
  EXPECT_FALSE(policy->Decide(kAlice, kGpu, "graphics").allowed);
}

TEST(PolicyAdministrators, Default_IsRootAlone) {
  EXPECT_TRUE(Policy::Default()->IsAdministrator(kRoot));
  EXPECT_FALSE(Policy::Default()->IsAdministrator(kAlice));
}

}  // namespace
}  // namespace acceld::policy
