// The published JSON Schema and the parser agree about what a policy is, and
// docs/policy.md knows every key.
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "policy/policy.h"
#include "tests/support/fake_user_database.h"
#include "tests/support/json_schema.h"
#include "tests/support/read_file.h"

namespace acceld::policy {
namespace {

using ::acceld::testing::FakeUserDatabase;
using ::acceld::testing::JsonSchema;
using ::acceld::testing::ReadFile;

const JsonSchema& Schema() {
  static const JsonSchema kSchema("configs/schema/policy.schema.json");
  return kSchema;
}

bool SchemaAccepts(const std::string& text) { return Schema().Accepts(text); }

bool ParserAccepts(const std::string& text) {
  static const FakeUserDatabase kUsers({{"root", 0}, {"alice", 1000}},
                                       {{"render", 105}});
  return Policy::Compile({{"a.json", text}}, kUsers).has_value();
}

std::string Rule(const std::string& rest) {
  return R"({"version": 1, "rules": [{"effect": "deny")" + rest + "}]}";
}
std::string Device(const std::string& selector) {
  return Rule(R"(, "devices": [)" + selector + "]");
}
std::string Limit(const std::string& limit) {
  return R"({"version": 1, "limits": {)" + limit + "}}";
}

TEST(PolicySchema, GoodFiles_AreAcceptedByBoth) {
  const std::vector<std::string> good{
      R"({"version": 1})",
      R"({"version": 1, "$schema": "x", "description": "y"})",
      R"({"version": 1, "default": "allow", "rules": []})",
      Rule(""),
      Rule(R"(, "name": "n", "reason": "r", "users": ["alice", 0, 4294967294],
              "groups": ["render"], "functions": ["*", "copy"])"),
      Device(R"({"attribute": "framework", "equals": "x"})"),
      Device(R"({"attribute": "pasid_enabled", "equals": true})"),
      Device(R"({"attribute": "framework", "in": ["a", "b"]})"),
      Device(R"({"attribute": "memory", "at_least": "1.5GiB"})"),
      Device(R"({"attribute": "link_width", "at_most": "x16"})"),
      Device(R"({"attribute": "numa_node", "at_most": -4})"),
      Device(R"({"attribute": "framework", "glob": "*"})"),
      Device(R"({"attribute": "functions", "contains": "b"})"),
      Device(R"({"attribute": "framework", "exists": false})"),
      Device(R"({"attribute": "instances", "range": [1, 1]})"),
      Device(R"({"attribute": "memory", "range": ["1B", "2KiB"]})"),
      Device(R"({"all": [{"not": {"any": [
                 {"attribute": "instances", "equals": 1},
                 {"attribute": "iommu_group", "equals": 2}]}}]})"),
      R"({"version": 1, "administrators": {"users": [], "groups": [7]}})",
      R"({"version": 1, "objectives": {"x": {"latency_weight": 0,
          "preferred_frameworks": ["drm"]}}})",
      ReadFile("tests/fuzz/corpus/policy_fuzz/every_key.json"),
      Limit(R"("max_deadline": "60s")"),
      Limit(R"("max_stages": 64, "max_leases_per_user": 0)"),
      Limit(R"("max_buffer_bytes_per_user": "0B")"),
      Limit(R"("tickets": "reusable")"),
      Limit(R"("tickets": "one-shot")"),
      ReadFile("configs/policy.d/50-default.json"),
  };
  for (const std::string& text : good) {
    EXPECT_TRUE(SchemaAccepts(text)) << text;
    EXPECT_TRUE(ParserAccepts(text)) << text;
  }
}

TEST(PolicySchema, BadFiles_AreRefusedByBoth) {
  const std::vector<std::string> bad{
      "[]",
      "{}",
      "null",
      R"({"version": 2})",
      R"({"version": "1"})",
      R"({"version": 1, "extra": 1})",
      R"({"version": 1, "default": "maybe"})",
      R"({"version": 1, "rules": {}})",
      R"({"version": 1, "rules": [{}]})",
      R"({"version": 1, "rules": [{"effect": "permit"}]})",
      R"({"version": 1, "description": 3})",
      Rule(R"(, "users": [])"),
      Rule(R"(, "users": "alice")"),
      Rule(R"(, "users": [""])"),
      Rule(R"(, "users": [-1])"),
      Rule(R"(, "groups": [4294967295])"),
      Rule(R"(, "groups": [1.5])"),
      Rule(R"(, "functions": [])"),
      Rule(R"(, "functions": [""])"),
      Rule(R"(, "functions": [3])"),
      Rule(R"(, "device": [])"),
      Rule(R"(, "devices": [])"),
      Rule(R"(, "reason": 1)"),
      Device("7"),
      Device(R"({"attribute": "framework"})"),
      Device(R"({"equals": "a", "glob": "b"})"),
      Device(R"({"attribute": "", "equals": "a"})"),
      Device(R"({"attribute": "framework", "equals": "a", "glob": "b"})"),
      Device(R"({"attribute": "framework", "equals": 1.5})"),
      Device(R"({"attribute": "framework", "equals": null})"),
      Device(R"({"attribute": "framework", "in": []})"),
      Device(R"({"attribute": "framework", "in": "b"})"),
      Device(R"({"attribute": "framework", "at_least": "much"})"),
      Device(R"({"attribute": "framework", "at_least": "16"})"),
      Device(R"({"attribute": "framework", "at_most": true})"),
      Device(R"({"attribute": "framework", "glob": ""})"),
      Device(R"({"attribute": "framework", "contains": 1})"),
      Device(R"({"attribute": "framework", "exists": 1})"),
      Device(R"({"attribute": "framework", "range": [1]})"),
      Device(R"({"attribute": "framework", "range": [1, 2, 3]})"),
      Device(R"({"attribute": "framework", "range": "1B"})"),
      Device(R"({"attribute": "framework", "range": [1, "2"]})"),
      Device("{}"),
      Device(R"({"all": []})"),
      Device(R"({"any": {"attribute": "framework", "equals": 1}})"),
      Device(R"({"not": []})"),
      Device(R"({"not": {}})"),
      Device(
          R"({"attribute": "framework", "not": {"attribute": "framework", "equals": 1}})"),
      Device(R"({"all": [{"attribute": "framework", "equals": 1}],
                 "any": [{"attribute": "framework", "equals": 1}]})"),
      R"({"version": 1, "administrators": []})",
      R"({"version": 1, "administrators": {"user": []}})",
      R"({"version": 1, "objectives": {"x": {"latency_weight": -1}}})",
      R"({"version": 1, "objectives": {"x": {"latency_weight": 0.5}}})",
      R"({"version": 1, "objectives": {"x": {"preferred_frameworks": [1]}}})",
      R"({"version": 1, "objectives": {"x": {"class_costs": {"a": -1}}}})",
      R"({"version": 1, "objectives": {"-x": {}}})",
      R"({"version": 1, "objective": {}})",
      R"({"version": 1, "classes": {"a": {}}})",
      R"({"version": 1, "classes": {"a": {"devices": []}}})",
      R"({"version": 1, "classes": []})",
      R"({"version": 1, "subjects": {"a": {}}})",
      R"({"version": 1, "subjects": {"a": {"slices": ["ml.slice"]}}})",
      R"({"version": 1, "subjects": {"a": {"slices": ["/a/../b"]}}})",
      R"({"version": 1, "subjects": {"a": {"slices": ["/a/"]}}})",
      R"({"version": 1, "subjects": {"a": {"slices": ["/"]}}})",
      Rule(R"(, "classes": [])"),
      Rule(R"(, "classes": ["a b"])"),
      Rule(R"(, "request": [])"),
      R"({"version": 1, "reserve": [{}]})",
      R"({"version": 1, "reserve": [{"name": "n"}]})",
      R"({"version": 1, "taints": [{}]})",
      R"({"version": 1, "taints": [{"effect": "shun"}]})",
      R"({"version": 1, "quotas": [{}]})",
      R"({"version": 1, "quotas": [{"devices": -1}]})",
      R"({"version": 1, "quotas": [{"devices": 1, "per": "group"}]})",
      R"({"version": 1, "quotas": [{"memory": 5}]})",
      R"({"version": 1, "release": [{"reset": 1}]})",
      R"({"version": 1, "release": [{"quarantine": "10"}]})",
      R"({"version": 1, "reload": {"revoke": true}})",
      R"({"version": 1, "reload": {"revoke_forbidden": 1}})",
      R"({"version": 1, "defaults": {"sharing": "both"}})",
      R"({"version": 1, "defaults": {"traffic": "0B/s"}})",
      R"({"version": 1, "defaults": {"traffic": "1GB"}})",
      R"({"version": 1, "namespaces": {"a": {"share": {}}}})",
      R"({"version": 1, "namespaces": {"a": {"users": [1], "namespaces": []}}})",
      R"({"version": 1, "namespaces": {"a": {"namespaces": {"b": 1}}}})",
      R"({"version": 1, "namespaces": {"a": {"namespaces": ["a"]}}})",
      Limit(R"("max_deadline": 5)"),
      Limit(R"("max_deadline": "5")"),
      Limit(R"("max_stages": 65)"),
      Limit(R"("max_stages": 0)"),
      Limit(R"("max_leases_per_user": -1)"),
      Limit(R"("max_buffer_bytes_per_user": "8GB/s")"),
      Limit(R"("tickets": "once")"),
      Limit(R"("tickets": true)"),
  };
  for (const std::string& text : bad) {
    EXPECT_FALSE(SchemaAccepts(text)) << text;
    EXPECT_FALSE(ParserAccepts(text)) << text;
  }
}

// A schema cannot know these; the parser must.
TEST(PolicySchema, MeaninglessFiles_AreRefusedByTheParser) {
  for (const std::string& text :
       {Rule(R"(, "users": ["mallory"])"), Rule(R"(, "functions": ["cpoy"])"),
        Limit(R"("max_deadline": "61s")"), Limit(R"("max_deadline": "0s")"),
        Limit(R"("max_deadline": "1ms")"), Rule(R"(, "classes": ["none"])"),
        Rule(R"(, "subjects": ["none"])"), Rule(R"(, "namespaces": ["none"])"),
        Device(R"({"attribute": "framewrk", "equals": "drm"})"),
        Device(R"({"attribute": "cores", "equals": 1})"),
        Device(R"({"attribute": "memory", "equals": 1})"),
        Device(R"({"attribute": "memory", "glob": "*"})"),
        Rule(R"(, "request": [{"attribute": "framework", "equals": "x"}])"),
        std::string(R"({"version": 1, "quotas": [{"solver_time": "61s"}]})"),
        std::string(R"({"version": 1, "namespaces": {"a": {}}})"),
        Device(R"({"attribute": "link_width", "at_least": "x65"})"),
        Device(R"({"attribute": "instances", "range": [2, 1]})"),
        Device(R"({"attribute": "memory", "range": ["1B", 1]})")}) {
    EXPECT_TRUE(SchemaAccepts(text)) << text;
    EXPECT_FALSE(ParserAccepts(text)) << text;
  }
}

TEST(PolicySchema, EveryKey_IsDocumented) {
  const std::string manual = ReadFile("docs/policy.md");
  std::set<std::string> keys = Schema().Keys();
  EXPECT_GT(keys.size(), 30U);
  keys.erase("attribute");  // shown in the examples
  for (const std::string& key : keys) {
    EXPECT_NE(manual.find("`" + key + "`"), std::string::npos) << key;
  }
}

}  // namespace
}  // namespace acceld::policy
