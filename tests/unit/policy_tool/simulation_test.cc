// Workloads and what a simulation makes of them.
#include "client/policy/simulation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "client/policy/difference.h"
#include "client/policy/people.h"
#include "client/policy/report.h"
#include "client/policy/workload.h"
#include "placement/device_view.h"
#include "policy/policy.h"
#include "tests/support/described_host.h"
#include "tests/support/fake_clock.h"

namespace acceld::policy_tool {
namespace {

using ::acceld::testing::DescribedHost;
using ::acceld::testing::FakeClock;

constexpr const char* kPipelines =
    R"("pipelines": {"one": {"stages": [{"name": "s",
         "function": "compute/gpu", "sharing": "exclusive"}]},
       "all": {"stages": [{"name": "s", "function": "compute/gpu", "count": 8,
         "sharing": "exclusive"}]}})";

// One for workloads and policies: the numbers agree.
const People& Everybody() {
  static const auto* const kPeople = InventPeople().release();
  return *kPeople;
}

Result<Workload> Parse(const std::string& members,
                       std::optional<std::int64_t> seed = std::nullopt) {
  const auto document =
      ParseJson("{" + std::string(kPipelines) + ", " + members + "}");
  if (!document) return Fail(document.error());
  return ParseWorkload(
      *document, Everybody(),
      [](const std::string& name) -> Result<Document> {
        return Fail(ErrorCode::kNotFound, name);
      },
      seed);
}

std::shared_ptr<const policy::Policy> Allowing(const std::string& more) {
  const auto policy = policy::Policy::Compile(
      {{"p.json", R"({"version": 1, "default": "allow")" + more + "}"}},
      Everybody());
  EXPECT_TRUE(policy) << (policy ? "" : policy.error().message);
  return policy ? *policy : policy::Policy::Default();
}

History Simulated(const Workload& workload, const std::string& policy) {
  const FakeClock clock;
  auto history = Simulate(
      workload, {DescribedHost("nvswitch-8gpu"), Allowing(policy)}, clock, {});
  EXPECT_TRUE(history);
  return history ? *std::move(history) : History{};
}

TEST(Workload, SameSeed_DrawsTheSame) {
  const char* text =
      R"("generate": {"requests": 50, "mean_gap": "1s", "seed": 7, "mix": [
        {"user": "ann", "pipeline": "one", "mean_hold": "10s"}]})";
  const auto one = Parse(text);
  const auto same = Parse(text, 7);
  const auto other = Parse(text, 8);
  ASSERT_TRUE(one && same && other);
  ASSERT_EQ(one->arrivals.size(), 50U);
  EXPECT_EQ(one->arrivals.back().at, same->arrivals.back().at);
  EXPECT_NE(one->arrivals.back().at, other->arrivals.back().at);
}

TEST(Workload, Mistakes_AreTold) {
  for (const char* text :
       {R"("requests": [], "generate": {})", R"("requests": [{}])",
        R"("requests": [{"at": "1s", "user": "a", "pipeline": "one"}])",
        R"("requests": [{"at": "2s", "until": "1s", "user": "a",
            "pipeline": "one"}])",
        R"("requests": [{"at": "1s", "hold": "1s", "user": "a",
            "pipeline": "missing.json"}])",
        R"("generate": {"requests": 1, "mean_gap": "1s"})",
        R"("requests": [{"at": "1s", "hold": "1s", "user": "a",
            "pipeline": {"stages": []}}])"}) {
    const auto workload = Parse(text);
    ASSERT_FALSE(workload) << text;
    EXPECT_EQ(workload.error().code, ErrorCode::kInvalidArgument) << text;
  }
}

TEST(Simulation, WhatIsGivenBack_ServesAgain) {
  const auto workload = Parse(R"("requests": [
        {"at": "1s", "hold": "10s", "user": "a", "pipeline": "all"},
        {"at": "5s", "hold": "10s", "user": "b", "pipeline": "one"},
        {"at": "11s", "hold": "10s", "user": "b", "pipeline": "one"}])");
  ASSERT_TRUE(workload) << workload.error().message;
  const History history = Simulated(*workload, "");
  EXPECT_TRUE(history.decisions[0].accepted);
  EXPECT_EQ(history.decisions[1].reason, "sharing");
  EXPECT_TRUE(history.decisions[2].accepted);
  EXPECT_EQ(history.samples.back().free, 8);
  EXPECT_EQ(history.samples.back().largest_whole, 8);
}

TEST(Simulation, Quarantine_KeepsDevicesMeanwhile) {
  const auto workload = Parse(R"("requests": [
        {"at": "1s", "hold": "10s", "user": "a", "pipeline": "all"},
        {"at": "12s", "hold": "1s", "user": "b", "pipeline": "one"},
        {"at": "40s", "hold": "1s", "user": "b", "pipeline": "one"}])");
  ASSERT_TRUE(workload) << workload.error().message;
  const History history =
      Simulated(*workload, R"(, "release": [{"quarantine": "20s"}])");
  EXPECT_FALSE(history.decisions[1].accepted);
  EXPECT_TRUE(history.decisions[2].accepted);
}

// Two GPUs may be held of the first four: the third one is another.
TEST(Simulation, UsedUpQuotaOfAClass_IsAvoided) {
  const auto workload = Parse(R"("requests": [
        {"at": "1s", "hold": "90s", "user": "a", "pipeline": "one"},
        {"at": "2s", "hold": "90s", "user": "a", "pipeline": "one"},
        {"at": "3s", "hold": "90s", "user": "a", "pipeline": "one"},
        {"at": "4s", "hold": "90s", "user": "b", "pipeline": "one"},
        {"at": "5s", "hold": "90s", "user": "a", "pipeline": "all"}])");
  ASSERT_TRUE(workload) << workload.error().message;
  const History history = Simulated(*workload, R"(,
      "classes": {"near": {"devices": [
          {"attribute": "numa_node", "equals": 0},
          {"attribute": "framework", "equals": "nvidia"}]}},
      "quotas": [{"users": ["a"], "class": "near", "devices": 2}])");
  const auto topology = DescribedHost("nvswitch-8gpu");
  std::vector<std::int64_t> nodes;
  for (std::size_t i = 0; i < 4; ++i) {
    const Decision& one = history.decisions[i];
    ASSERT_TRUE(one.accepted) << i << ": " << one.text;
    const placement::DeviceView device(
        *topology, *topology->Find(one.devices.at(0).second));
    nodes.push_back(*device.GetAs<std::int64_t>("numa_node"));
  }
  EXPECT_EQ(std::count(nodes.begin(), nodes.begin() + 3, 0), 2);
  EXPECT_EQ(nodes[2], 1);  // what is first in key order is used up
  EXPECT_EQ(nodes[3], 0);  // another user's account
  // Without the quota it would not fit either: others hold what it needs.
  EXPECT_EQ(history.decisions[4].reason, "together");
}

TEST(Simulation, RequestThatFitsButForAQuota_SaysWhich) {
  const auto workload = Parse(R"("requests": [
        {"at": "1s", "hold": "1s", "user": "a", "pipeline": "all"}])");
  ASSERT_TRUE(workload) << workload.error().message;
  const History history =
      Simulated(*workload, R"(, "quotas": [{"name": "few", "instances": 7}])");
  EXPECT_EQ(history.decisions[0].reason, "quota");
  EXPECT_NE(history.decisions[0].text.find("'few'"), std::string::npos);
}

TEST(Simulation, Limits_AreOfEachUser) {
  const auto workload = Parse(R"("requests": [
        {"at": "1s", "hold": "5s", "user": "a", "pipeline": "one"},
        {"at": "2s", "hold": "5s", "user": "a", "pipeline": "one"},
        {"at": "3s", "hold": "5s", "user": "b", "pipeline": "one"},
        {"at": "7s", "hold": "5s", "user": "a", "pipeline": "one"}])");
  ASSERT_TRUE(workload) << workload.error().message;
  const History history =
      Simulated(*workload, R"(, "limits": {"max_leases_per_user": 1})");
  EXPECT_TRUE(history.decisions[0].accepted);
  EXPECT_EQ(history.decisions[1].reason, "limit");
  EXPECT_TRUE(history.decisions[2].accepted);
  EXPECT_TRUE(history.decisions[3].accepted);
}

// The quota is free when the devices are given back; they are when they rested.
TEST(Simulation, Quarantine_IsNobodysQuota) {
  const auto workload = Parse(R"("requests": [
        {"at": "1s", "hold": "1s", "user": "a", "pipeline": "one"},
        {"at": "3s", "hold": "1s", "user": "a", "pipeline": "one"}])");
  ASSERT_TRUE(workload) << workload.error().message;
  const History history = Simulated(*workload, R"(,
      "release": [{"quarantine": "20s"}], "quotas": [{"devices": 1}])");
  ASSERT_TRUE(history.decisions[0].accepted);
  ASSERT_TRUE(history.decisions[1].accepted);
  EXPECT_NE(history.decisions[0].devices, history.decisions[1].devices);
}

TEST(Simulation, Report_CountsTimeAndShares) {
  const auto workload = Parse(R"("requests": [
        {"at": "1ns", "hold": "10s", "user": "a", "pipeline": "all"},
        {"at": "5s", "hold": "15s", "user": "b", "pipeline": "one"},
        {"at": "10001ms", "hold": "9999ms", "user": "a", "pipeline": "one"}])");
  if (!workload) GTEST_FAIL() << workload.error().message;
  const Report report = MakeReport(*workload, Simulated(*workload, ""));
  EXPECT_EQ(report.requests, 3);
  EXPECT_EQ(report.accepted, 2);
  EXPECT_EQ(report.refusals.at("sharing"), 1);
  EXPECT_DOUBLE_EQ(report.fairness, 0.5);  // all for one of two
  EXPECT_NEAR(report.mean_free, 3.5, 1e-3);
  EXPECT_EQ(report.sets.back().size, 8);
  EXPECT_NEAR(report.sets.back().whole, 0, 1e-3);
}

TEST(Difference, AnotherPolicy_ChangesRequestsOfSome) {
  const auto workload = Parse(R"("requests": [
        {"at": "1s", "hold": "1s", "user": "a", "pipeline": "one"},
        {"at": "5s", "hold": "1s", "user": "b", "pipeline": "one"}])");
  ASSERT_TRUE(workload) << workload.error().message;
  const History before = Simulated(*workload, "");
  const History after = Simulated(
      *workload, R"(, "rules": [{"effect": "deny", "users": ["b"]}])");
  EXPECT_TRUE(Compare(*workload, before, before).changes.empty());
  const Difference difference = Compare(*workload, before, after);
  ASSERT_EQ(difference.changes.size(), 1U);
  EXPECT_EQ(difference.changes[0].arrival, 1U);
  EXPECT_EQ(difference.changes[0].kind, Change::Kind::kNowRefused);
}

}  // namespace
}  // namespace acceld::policy_tool
