// What a policy cannot mean is a mistake, and what has no effect a warning.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "policy/policy.h"
#include "tests/support/fake_user_database.h"

namespace acceld::policy {
namespace {

using ::acceld::testing::FakeUserDatabase;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

CheckedPolicy Checked(const std::vector<PolicySource>& sources) {
  static const FakeUserDatabase kUsers({{"alice", 1000}, {"root", 0}},
                                       {{"render", 105}});
  auto checked = Policy::Check(sources, kUsers);
  if (checked) return *std::move(checked);
  ADD_FAILURE() << checked.error().message;
  return {};
}

CheckedPolicy Checked(const std::string& members) {
  return Checked({{"a.json", R"({"version": 1, )" + members + "}"}});
}

std::vector<std::string> PointersOf(const std::vector<Diagnostic>& all) {
  std::vector<std::string> pointers;
  for (const Diagnostic& one : all) pointers.push_back(one.pointer);
  return pointers;
}

std::vector<std::string> Errors(const std::string& members) {
  return PointersOf(Checked(members).errors);
}
std::vector<std::string> Warnings(const std::string& members) {
  const CheckedPolicy checked = Checked(members);
  EXPECT_THAT(PointersOf(checked.errors), IsEmpty());
  return PointersOf(checked.warnings);
}
std::vector<std::string> OfSelectors(const std::string& selectors) {
  return Errors(R"("rules": [{"effect": "deny", "devices": [)" + selectors +
                "]}]");
}

TEST(PolicyMeaning, UnknownNames_AreToldWithTheNearest) {
  const CheckedPolicy checked = Checked(
      R"("classes": {"big-gpu": {"devices": [{"attribute": "memroy",
                                              "exists": true}]}},
         "rules": [{"effect": "deny", "classes": ["big-gpus"]}], "quota": [])");
  ASSERT_THAT(PointersOf(checked.errors),
              UnorderedElementsAre("/classes/big-gpu/devices/0/attribute",
                                   "/rules/0/classes/0", "/quota"));
  std::string text = ToError(checked.errors).message;
  EXPECT_THAT(text, HasSubstr("did you mean 'memory'?"));
  EXPECT_THAT(text, HasSubstr("did you mean 'big-gpu'?"));
  EXPECT_THAT(text, HasSubstr("did you mean 'quotas'?"));
}

TEST(PolicyMeaning, ComparisonThatTheTypeNeverMeets_IsAMistake) {
  EXPECT_THAT(
      OfSelectors(R"({"attribute": "memory", "glob": "1*"},
                             {"attribute": "vendor", "at_least": 1},
                             {"attribute": "functions", "equals": "copy"},
                             {"attribute": "driver", "contains": "idxd"},
                             {"attribute": "instances", "equals": "4"},
                             {"attribute": "memory", "at_least": "1s"},
                             {"not": {"attribute": "driver", "in": [1]}})"),
      ElementsAre("/rules/0/devices/0/glob", "/rules/0/devices/1/at_least",
                  "/rules/0/devices/2/equals", "/rules/0/devices/3/contains",
                  "/rules/0/devices/4/equals", "/rules/0/devices/5/at_least",
                  "/rules/0/devices/6/not/in"));
}

TEST(PolicyMeaning, AttributeOfNoDevice_IsAMistake) {
  EXPECT_THAT(OfSelectors(R"({"attribute": "write_policy", "exists": true})"),
              ElementsAre("/rules/0/devices/0/attribute"));
}

TEST(PolicyMeaning, SelectorsThatContradictEachOther_AreAMistake) {
  for (const char* selectors : {
           R"({"attribute": "vendor", "equals": "8086"},
              {"attribute": "vendor", "equals": "10de"})",
           R"({"attribute": "memory", "at_least": "16GiB"},
              {"attribute": "memory", "at_most": "8GiB"})",
           R"({"attribute": "memory", "range": ["1GiB", "2GiB"]},
              {"attribute": "memory", "equals": "4096MiB"})",
           R"({"attribute": "driver", "exists": false},
              {"attribute": "driver", "glob": "i*"})",
           R"({"attribute": "driver", "in": ["a", "b"]},
              {"not": {"attribute": "driver", "glob": "?"}})",
           R"({"all": [{"attribute": "driver", "equals": "a"}]},
              {"any": [{"attribute": "driver", "equals": "b"},
                       {"attribute": "driver", "glob": "c*"}]})",
           R"({"attribute": "functions", "contains": "copy"},
              {"not": {"attribute": "functions", "contains": "copy"}})",
       }) {
    EXPECT_THAT(OfSelectors(selectors), ElementsAre("/rules/0/devices"))
        << selectors;
  }
}

TEST(PolicyMeaning, SelectorsThatCanHold_AreNone) {
  for (const char* selectors : {
           R"({"attribute": "memory", "at_least": "8GiB"},
              {"attribute": "memory", "at_most": "8GiB"})",
           R"({"attribute": "instances", "at_least": 4},
              {"not": {"attribute": "instances", "equals": 4}})",
           R"({"attribute": "functions", "contains": "copy"},
              {"attribute": "functions", "contains": "scan"})",
           R"({"attribute": "driver", "in": ["a", "b"]},
              {"any": [{"attribute": "driver", "equals": "b"},
                       {"attribute": "driver", "equals": "c"}]})",
           R"({"not": {"attribute": "driver", "equals": "a"}},
              {"attribute": "driver", "glob": "*"})",
       }) {
    EXPECT_THAT(OfSelectors(selectors), IsEmpty()) << selectors;
  }
}

TEST(PolicyMeaning, RuleThatNoDeviceOfItsClassesCanMatch_IsAMistake) {
  const std::string classes =
      R"("classes": {"intel": {"devices": [{"attribute": "vendor",
                                            "equals": "8086"}]}}, )";
  const std::string rule =
      R"("rules": [{"effect": "deny", "classes": ["intel"], "devices": [
            {"attribute": "vendor", "equals": ")";
  EXPECT_THAT(Errors(classes + rule + R"(10de"}]}])"),
              ElementsAre("/rules/0/devices"));
  EXPECT_THAT(Errors(classes + rule + R"(8086"}]}])"), IsEmpty());
}

TEST(PolicyMeaning, TwoOfOneName_AreBothNamed) {
  const std::string text =
      R"({"version": 1, "subjects": {"s": {"users": [1]}},
          "rules": [{"effect": "allow", "subjects": ["s"]}]})";
  const CheckedPolicy checked = Checked({{"a.json", text}, {"b.json", text}});
  ASSERT_EQ(checked.errors.size(), 1U);
  EXPECT_EQ(checked.errors[0].file, "b.json");
  EXPECT_THAT(checked.errors[0].message, HasSubstr("a.json#/subjects/s"));
}

TEST(PolicyMeaning, SubjectThatIsItsOwnPart_IsAMistake) {
  EXPECT_THAT(Errors(R"("subjects": {"a": {"subjects": ["b"]},
                                     "b": {"subjects": ["a"]}})"),
              ElementsAre("/subjects/b/subjects/0"));
}

TEST(PolicyMeaning, MemberNamedByNamespace_IsAMistake) {
  EXPECT_THAT(Errors(R"("subjects": {"s": {"namespaces": ["a"]}},
                        "namespaces": {"a": {"subjects": ["s"]}})"),
              ElementsAre("/namespaces/a"));
}

TEST(PolicyMeaning, QuotasThatNobodyCanUse_AreMistakes) {
  EXPECT_THAT(Errors(R"("quotas": [{"devices": 0, "leases": 3},
                                   {"instances": 0, "devices": 2},
                                   {"devices": 0}, {"leases": 0}])"),
              ElementsAre("/quotas/0", "/quotas/1"));
  EXPECT_THAT(Errors(R"("namespaces": {"a": {"users": [1],
                           "share": {"devices": 2, "memory": "1GiB"},
                           "namespaces": {"b": {"users": [2],
                           "share": {"devices": 3, "memory": "1GiB"}}}}})"),
              ElementsAre("/namespaces/a/namespaces/b/share/devices"));
}

TEST(PolicyWarnings, RulesThatAnotherCovers_HaveNoEffect) {
  EXPECT_THAT(Warnings(R"("rules": [
          {"effect": "allow", "users": ["alice"], "functions": ["copy"]},
          {"effect": "deny", "users": ["alice", 7], "functions": ["c*"]},
          {"effect": "deny", "users": [7], "functions": ["compute/*"]},
          {"effect": "allow", "groups": ["render"]},
          {"effect": "allow", "groups": ["render"]}])"),
              ElementsAre("/rules/0", "/rules/2", "/rules/4"));
}

TEST(PolicyWarnings, RulesThatAddSomething_AreNotWarnedOf) {
  EXPECT_THAT(Warnings(R"("rules": [
          {"effect": "deny", "users": ["root"]}, {"effect": "deny",
           "request": [{"attribute": "count", "at_least": 2}]},
          {"effect": "deny", "functions": ["copy"]},
          {"effect": "allow", "functions": ["copy", "scan"]},
          {"effect": "allow", "users": ["alice"], "functions": ["s*"]}])"),
              IsEmpty());
}

TEST(PolicyWarnings, UnusedNames_AreTold) {
  EXPECT_THAT(Warnings(R"("classes": {"c": {"devices": [
                             {"attribute": "driver", "exists": true}]}},
                          "subjects": {"s": {"users": [1]}})"),
              UnorderedElementsAre("/classes/c", "/subjects/s"));
}

TEST(PolicyWarnings, LaterFileThatOverrides_IsNoted) {
  const CheckedPolicy checked =
      Checked({{"a.json", R"({"version": 1, "limits": {"max_stages": 8}})"},
               {"b.json", R"({"version": 1, "limits": {"max_stages": 4}})"}});
  ASSERT_EQ(checked.warnings.size(), 1U);
  EXPECT_EQ(checked.warnings[0].severity, Severity::kNote);
  EXPECT_EQ(ToText(checked.warnings[0]),
            "b.json:1: note: /limits/max_stages: overrides "
            "a.json#/limits/max_stages");
  EXPECT_EQ(checked.policy->warnings(), checked.warnings);
}

}  // namespace
}  // namespace acceld::policy
