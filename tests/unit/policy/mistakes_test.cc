// What is wrong with a policy is told, all of it, with its place.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "policy/policy.h"
#include "tests/support/fake_user_database.h"

namespace acceld::policy {
namespace {

using ::acceld::testing::FakeUserDatabase;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;

const FakeUserDatabase kUsers({{"alice", 1000}}, {{"render", 105}});

Error Mistakes(const std::vector<PolicySource>& sources,
               const UserDatabase& users = kUsers) {
  const auto policy = Policy::Compile(sources, users);
  if (!policy) return policy.error();
  ADD_FAILURE() << "compiled";
  return {};
}

// The places complained about when `text` is the only file.
void ExpectPlaces(const std::string& text,
                  const std::vector<std::string>& places) {
  const Error error = Mistakes({{"a.json", text}});
  EXPECT_EQ(error.code, ErrorCode::kInvalidArgument);
  for (const std::string& place : places) {
    EXPECT_THAT(error.message,
                ContainsRegex("(^|\n)a\\.json(:[0-9]+)?: " +
                              (place.empty() ? place : place + ": ")));
  }
  std::size_t lines = 1;
  for (char c : error.message) lines += c == '\n' ? 1U : 0U;
  EXPECT_EQ(lines, places.size()) << error.message;
}

TEST(PolicyMistakes, NotJson_PointsAtTheFile) {
  ExpectPlaces("", {""});
  ExpectPlaces("[]", {""});
  ExpectPlaces("{", {""});
  ExpectPlaces(R"({"version": 1} trailing)", {""});
}

TEST(PolicyMistakes, VersionMissingOrOther_IsRefused) {
  ExpectPlaces("{}", {"/version"});
  ExpectPlaces(R"({"version": 2})", {"/version"});
  ExpectPlaces(R"({"version": "1"})", {"/version"});
}

TEST(PolicyMistakes, UnknownKeys_AreRefusedEverywhere) {
  ExpectPlaces(
      R"({"version": 1, "ruels": [], "rules": [{"effect": "allow", "user": []}],
          "administrators": {"user": []}, "objectives": {"x": {"weight": 1}},
          "limits": {"max": 1}})",
      {"/ruels", "/rules/0/user", "/administrators/user",
       "/objectives/x/weight", "/limits/max"});
}

TEST(PolicyMistakes, WrongTypes_AreAllTold) {
  ExpectPlaces(
      R"({"version": 1, "default": true, "rules": [7, {"effect": "permit"},
          {"users": "alice"}], "administrators": [], "objectives": 3,
          "limits": null})",
      {"/default", "/rules/0", "/rules/1/effect", "/rules/2/effect",
       "/rules/2/users", "/administrators", "/objectives", "/limits"});
}

// What is missing is told beside what is wrong with the rest of the entry.
TEST(PolicyMistakes, WhatIsMissing_IsToldAtOnce) {
  ExpectPlaces(
      R"({"version": 1, "reserve": [{"name": 7, "devices": []}],
          "subjects": {"lab": {"description": 7}},
          "quotas": [{"per": "lab", "users": ["alice"]}],
          "namespaces": {"a": {"devices": 7, "share": {"class": 7}}}})",
      {"/reserve/0", "/reserve/0/name", "/reserve/0/devices", "/subjects/lab",
       "/subjects/lab/description", "/quotas/0", "/quotas/0/per",
       "/namespaces/a", "/namespaces/a/devices", "/namespaces/a/share",
       "/namespaces/a/share/class"});
}

// A key that is there but wrong, or may be misspelt, is one mistake, not two.
TEST(PolicyMistakes, WhatMayBeMeant_IsNotMissing) {
  ExpectPlaces(
      R"({"version": 1, "reserve": [{"user": ["alice"]}, {"users": "alice"}],
          "subjects": {"lab": {"group": ["render"]}},
          "quotas": [{"lease": 1}, {"leases": "1"}],
          "namespaces": {"a": {"user": ["alice"]}, "b": {"namespaces": 7}}})",
      {"/reserve/0/user", "/reserve/1/users", "/subjects/lab/group",
       "/quotas/0/lease", "/quotas/1/leases", "/namespaces/a/user",
       "/namespaces/b/namespaces"});
}

TEST(PolicyMistakes, QuotasThatNobodyCanUse_AreToldBesideOtherMistakes) {
  ExpectPlaces(
      R"({"version": 1, "rules": [{"effect": "permit"}],
          "quotas": [{"devices": 0, "leases": 2, "name": 7}],
          "namespaces": {"a": {"users": ["alice"], "share": {"devices": 1},
              "namespaces": {"b": {"groups": ["render"],
                                   "share": {"devices": 2}}}}}})",
      {"/rules/0/effect", "/quotas/0", "/quotas/0/name",
       "/namespaces/a/namespaces/b/share/devices"});
}

// It would be compared as one of all devices.
TEST(PolicyMistakes, ShareOfAnUnknownClass_IsNotComparedToo) {
  ExpectPlaces(
      R"({"version": 1, "namespaces": {"a": {"users": ["alice"],
          "share": {"devices": 1}, "namespaces": {
            "b": {"groups": ["render"],
                  "share": {"class": "gpus", "devices": 2}}}}}})",
      {"/namespaces/a/namespaces/b/share/class"});
}

TEST(PolicyMistakes, EmptyLists_AreRefusedInRules) {
  ExpectPlaces(
      R"({"version": 1, "rules": [{"effect": "deny", "users": [],
          "groups": [], "functions": [], "devices": []}]})",
      {"/rules/0/users", "/rules/0/groups", "/rules/0/functions",
       "/rules/0/devices"});
}

TEST(PolicyMistakes, UnknownUserAndGroup_PointAtTheName) {
  ExpectPlaces(
      R"({"version": 1, "rules": [{"effect": "allow",
          "users": ["alice", "mallory"], "groups": ["alice"]}],
          "administrators": {"users": ["1000"], "groups": ["wheel"]}})",
      {"/rules/0/users/1", "/rules/0/groups/0", "/administrators/users/0",
       "/administrators/groups/0"});
}

TEST(PolicyMistakes, NumbersThatAreNoIds_AreRefused) {
  ExpectPlaces(
      R"({"version": 1, "rules": [{"effect": "allow",
          "users": [-1, 4294967295, 1.5, "", null, 4294967294]}]})",
      {"/rules/0/users/0", "/rules/0/users/1", "/rules/0/users/2",
       "/rules/0/users/3", "/rules/0/users/4"});
}

TEST(PolicyMistakes, FunctionThatDoesNotExist_IsRefused) {
  ExpectPlaces(
      R"({"version": 1, "rules": [
          {"effect": "deny", "functions": ["compres/*"]},
          {"effect": "deny", "functions": ["compress/*", "fpga/*", "f*"]}]})",
      {"/rules/0/functions"});
}

TEST(PolicyMistakes, SelectorInARule_PointsAtTheSelector) {
  ExpectPlaces(
      R"({"version": 1, "rules": [{"effect": "deny", "devices": [
          {"attribute": "memory", "at_least": "much"}]}]})",
      {"/rules/0/devices/0/at_least"});
}

TEST(PolicyMistakes, NumbersOutOfRange_AreRefused) {
  ExpectPlaces(
      R"({"version": 1,
          "objectives": {"x": {"pack_weight": 0.5, "keep_whole_weight": "much",
              "latency_weight": -1,
                               "spread_weight": 1000001}},
          "limits": {"max_deadline": "0ns", "max_stages": 65,
                     "max_leases_per_user": -1,
                     "max_buffer_bytes_per_user": "8"}})",
      {"/objectives/x/pack_weight", "/objectives/x/keep_whole_weight",
       "/objectives/x/latency_weight", "/objectives/x/spread_weight",
       "/limits/max_deadline", "/limits/max_stages",
       "/limits/max_leases_per_user", "/limits/max_buffer_bytes_per_user"});
}

TEST(PolicyMistakes, DeadlinesThatContradict_BlameTheLastFile) {
  const Error error = Mistakes(
      {{"a.json", R"({"version": 1, "defaults": {"deadline": "2s"},
                      "limits": {"max_deadline": "3s"}})"},
       {"b.json", R"({"version": 1, "limits": {"max_deadline": "1s"}})"}});
  EXPECT_EQ(error.code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(error.message, HasSubstr("b.json:1: /limits/max_deadline: "));
}

TEST(PolicyMistakes, SeveralFiles_AreAllTold) {
  const Error error = Mistakes({{"a.json", "{}"}, {"b.json", "{"}});
  EXPECT_THAT(error.message, HasSubstr("a.json:1: /version: "));
  EXPECT_THAT(error.message, HasSubstr("b.json: "));
}

TEST(PolicyMistakes, Lines_AreThoseOfTheFile) {
  const Error error = Mistakes({{"a.json",
                                 "{ \"version\": 1,\n  \"rules\": [\n"
                                 "    { \"effect\": \"allow\" },\n"
                                 "    { \"efect\": \"deny\",\n"
                                 "      \"users\": [\"alice\",\n\"eve\"] } ],\n"
                                 "  \"default\": 1 }"}});
  EXPECT_THAT(error.message, HasSubstr("a.json:4: /rules/1/effect: "));
  EXPECT_THAT(error.message, HasSubstr("a.json:4: /rules/1/efect: "));
  EXPECT_THAT(error.message, HasSubstr("a.json:6: /rules/1/users/1: "));
  EXPECT_THAT(error.message, HasSubstr("a.json:7: /default: "));
}

TEST(PolicyMistakes, DatabaseThatFails_IsAFaultNotAMistake) {
  FakeUserDatabase broken({}, {});
  broken.Break();
  const std::string text =
      R"({"version": 1, "administrators": {"users": ["alice"]}})";
  EXPECT_EQ(Mistakes({{"a.json", text}}, broken).code, ErrorCode::kIo);
}

TEST(PolicyMistakes, ControlCharactersInAFileName_AreNotRepeated) {
  const Error error = Mistakes({{"a\x1b[2J.json", "{}"}});
  EXPECT_EQ(error.message.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace acceld::policy
