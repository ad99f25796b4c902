#include "daemon/solve.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/json.h"
#include "tests/support/bench_machine.h"
#include "tests/support/fake_clock.h"

namespace acceld::daemon {
namespace {

using acceld::testing::BenchMachine;
using acceld::testing::FakeClock;

const policy::Subject kRoot{};
constexpr std::string_view kCopy =
    R"({"stages": [{"name": "move", "function": "copy"}]})";

Document Json(std::string_view text) {
  auto document = ParseJson(text);
  EXPECT_TRUE(document) << text;
  return document ? *std::move(document) : Document();
}

Snapshot Bench(placement::Occupancy taken = {}) {
  return Snapshot{BenchMachine().Build(),
                  std::make_shared<const placement::Occupancy>(taken), 1,
                  policy::Policy::Default(),
                  [](const graph::Vertex&) { return std::nullopt; }};
}

void ExpectCode(const Result<SolvedRequest>& solved, ErrorCode code) {
  ASSERT_FALSE(solved.has_value());
  EXPECT_EQ(solved.error().code, code) << solved.error().message;
}

std::string DeviceOf(const SolvedRequest& solved, const Snapshot& snapshot) {
  return snapshot.topology->vertex(solved.solved.placement.stages.at(0).device)
      .key;
}

TEST(SolvePipeline, GoodRequest_IsPlaced) {
  const FakeClock clock;
  const Snapshot snapshot = Bench();
  const auto solved = SolvePipeline(Json(kCopy), kRoot, snapshot, clock);
  ASSERT_TRUE(solved.has_value()) << solved.error().message;
  EXPECT_EQ(solved->solved.proof, placement::Proof::kOptimal);
  EXPECT_EQ(solved->solved.placement.stages.size(), 1U);
  EXPECT_TRUE(DeviceOf(*solved, snapshot).starts_with("accelerator:"));
}

TEST(SolvePipeline, MalformedRequest_IsInvalidAndSaysWhere) {
  const FakeClock clock;
  const auto solved =
      SolvePipeline(Json(R"({"stages": [{"name": "a", "function": "copy",
                                         "count": 0}]})"),
                    kRoot, Bench(), clock);
  ExpectCode(solved, ErrorCode::kInvalidArgument);
  EXPECT_NE(solved.error().message.find("/stages/0/count"), std::string::npos);
}

TEST(SolvePipeline, FunctionThatNothingOffers_IsUnsatisfiable) {
  const FakeClock clock;
  ExpectCode(
      SolvePipeline(
          Json(R"({"stages": [{"name": "a", "function": "compute/gpu"}]})"),
          kRoot, Bench(), clock),
      ErrorCode::kUnsatisfiable);
}

TEST(SolvePipeline, Refusal_SaysHowItEndedAndWhy) {
  const FakeClock clock;
  std::optional<Document> refusal;
  const auto solved = SolvePipeline(
      Json(R"({"stages": [{"name": "a", "function": "compute/gpu"}]})"), kRoot,
      Bench(), clock, &refusal);
  ASSERT_TRUE(refusal.has_value());
  EXPECT_EQ(*refusal->Find("outcome")->AsString(), "unsatisfiable");
  EXPECT_EQ(refusal->Find("empty")->AsArray()->size(), 1U);
  const std::string reason =
      *refusal->Find("reasons")->AsArray()->at(0).AsString();
  EXPECT_TRUE(solved.error().message.ends_with(reason));
}

TEST(SolvePipeline, TimeRanOut_IsARefusalToo) {
  const FakeClock clock(std::chrono::milliseconds(60));  // the default is 50
  std::optional<Document> refusal;
  ExpectCode(SolvePipeline(Json(kCopy), kRoot, Bench(), clock, &refusal),
             ErrorCode::kDeadline);
  ASSERT_TRUE(refusal.has_value());
  EXPECT_EQ(*refusal->Find("outcome")->AsString(), "timeout");
}

TEST(SolvePipeline, MalformedRequest_IsNoRefusal) {
  const FakeClock clock;
  std::optional<Document> refusal;
  EXPECT_FALSE(SolvePipeline(Json("{}"), kRoot, Bench(), clock, &refusal));
  EXPECT_FALSE(refusal.has_value());
}

TEST(SolvePipeline, DevicesThatThePolicyHides_AreUnsatisfiable) {
  const FakeClock clock;
  ExpectCode(SolvePipeline(Json(kCopy), {1000, {}}, Bench(), clock),
             ErrorCode::kUnsatisfiable);
}

TEST(SolvePipeline, DevicesThatCannotBeGranted_AreUnsatisfiable) {
  const FakeClock clock;
  Snapshot snapshot = Bench();
  snapshot.refusal = [](const graph::Vertex&) { return "nobody can"; };
  ExpectCode(SolvePipeline(Json(kCopy), kRoot, snapshot, clock),
             ErrorCode::kUnsatisfiable);
}

TEST(SolvePipeline, TimeRunsOutBeforeAPlacement_IsDeadline) {
  const FakeClock clock(std::chrono::milliseconds(60));  // the default is 50
  ExpectCode(SolvePipeline(Json(kCopy), kRoot, Bench(), clock),
             ErrorCode::kDeadline);
}

TEST(SolvePipeline, DeadlineOfTheRequest_Counts) {
  const std::string text =
      R"({"stages": [{"name": "move", "function": "copy"}], "deadline": ")";
  const FakeClock clock(std::chrono::milliseconds(60));
  EXPECT_TRUE(SolvePipeline(Json(text + "1s\"}"), kRoot, Bench(), clock));
  ExpectCode(SolvePipeline(Json(text + "1ms\"}"), kRoot, Bench(), clock),
             ErrorCode::kDeadline);
}

TEST(SolvePipeline, DeadlineBeyondThePolicys_IsThePolicys) {
  const FakeClock clock(std::chrono::milliseconds(1500));
  ExpectCode(
      SolvePipeline(Json(R"({"stages": [{"name": "a", "function": "copy"}],
                             "deadline": "1h"})"),
                    kRoot, Bench(), clock),
      ErrorCode::kInvalidArgument);
  ExpectCode(
      SolvePipeline(Json(R"({"stages": [{"name": "a", "function": "copy"}],
                             "deadline": "60s"})"),
                    kRoot, Bench(), clock),
      ErrorCode::kDeadline);
}

TEST(SolvePipeline, MoreStagesThanThePolicyAllows_IsQuotaExceeded) {
  const FakeClock clock;
  auto strict = policy::Policy::Compile(
      {{"10.json", R"({"version": 1, "limits": {"max_stages": 2}})"}});
  ASSERT_TRUE(strict.has_value()) << strict.error().message;
  Snapshot snapshot = Bench();
  snapshot.policy = *std::move(strict);
  const auto with_count = [](const std::string& count) {
    return Json(R"({"stages": [{"name": "a", "function": "copy", "count": )" +
                count + "}]}");
  };
  EXPECT_TRUE(SolvePipeline(with_count("2"), kRoot, snapshot, clock));
  ExpectCode(SolvePipeline(with_count("3"), kRoot, snapshot, clock),
             ErrorCode::kQuotaExceeded);
}

placement::DeviceUse Use(std::int64_t instances, std::int64_t exclusive,
                         std::int64_t quarantined) {
  return {instances, exclusive, quarantined, Bytes(0)};
}

class Standing : public ::testing::Test {
 protected:
  // Solves on an unused machine and asks again once `change` was made to what
  // is in use of the device that was chosen.
  Status After(const placement::DeviceUse& change) {
    const FakeClock clock;
    Snapshot snapshot = Bench();
    const auto solved = SolvePipeline(Json(kCopy), kRoot, snapshot, clock);
    if (!solved) return Fail(solved.error());
    placement::Occupancy later;
    later.devices[DeviceOf(*solved, snapshot)] = change;
    snapshot.occupancy = std::make_shared<const placement::Occupancy>(later);
    return StillStands(*solved, kRoot, snapshot);
  }
};

TEST_F(Standing, NothingChanged_Stands) { EXPECT_TRUE(After({})); }

TEST_F(Standing, SomebodySharesTheDevice_Stands) {
  EXPECT_TRUE(After(Use(1, 0, 0)));
}

TEST_F(Standing, SomebodyHoldsTheDeviceExclusively_IsStale) {
  const Status status = After(Use(1, 1, 0));
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().code, ErrorCode::kStale);
}

TEST_F(Standing, DeviceIsFull_IsStale) {
  const Status status = After(Use(16, 0, 0));
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().code, ErrorCode::kStale);
}

TEST_F(Standing, DeviceIsInQuarantine_IsStale) {
  const Status status = After(Use(0, 0, 1));
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().code, ErrorCode::kStale);
}

// The bench with quotas that bind everybody, of which `held` is held.
Snapshot WithQuotas(const std::string& quotas,
                    const placement::QuotaHeld& held = {}) {
  Snapshot snapshot = Bench();
  auto policy = policy::Policy::Compile(
      {{"10.json", R"({"version": 1, "quotas": )" + quotas + "}"}});
  EXPECT_TRUE(policy) << (policy ? "" : policy.error().message);
  if (!policy) return snapshot;
  snapshot.policy = *policy;
  for (policy::AppliedQuota& quota : snapshot.policy->QuotasOf(kRoot)) {
    snapshot.quotas.push_back({std::move(quota), held});
  }
  return snapshot;
}

constexpr std::string_view kTwoCopies =
    R"({"stages": [{"name": "a", "function": "copy"},
                   {"name": "b", "function": "copy"}]})";
constexpr std::string_view kTwoAlone =
    R"({"stages": [{"name": "a", "function": "copy", "count": 2,
                    "sharing": "exclusive"}]})";

TEST(SolvePipeline, QuotaOfDevices_IsMetByOneDeviceForAll) {
  const FakeClock clock;
  const Snapshot snapshot = WithQuotas(R"([{"devices": 1}])");
  const auto solved = SolvePipeline(Json(kTwoCopies), kRoot, snapshot, clock);
  ASSERT_TRUE(solved.has_value()) << solved.error().message;
  const auto& stages = solved->solved.placement.stages;
  EXPECT_EQ(stages.at(0).device, stages.at(1).device);
}

TEST(SolvePipeline, QuotaOfDevicesThatAreHeld_IsMetByThose) {
  const FakeClock clock;
  placement::QuotaHeld held;
  held.devices = {"accelerator:c"};
  const Snapshot snapshot = WithQuotas(R"([{"devices": 1}])", held);
  const auto solved = SolvePipeline(Json(kTwoCopies), kRoot, snapshot, clock);
  ASSERT_TRUE(solved.has_value()) << solved.error().message;
  EXPECT_EQ(DeviceOf(*solved, snapshot), "accelerator:c");
}

TEST(SolvePipeline, TooFewForAQuota_SaysWhichAndHowMuch) {
  const FakeClock clock;
  placement::QuotaHeld held;
  held.devices = {"accelerator:c"};
  held.instances = 3;
  const auto devices = SolvePipeline(
      Json(kTwoAlone), kRoot,
      WithQuotas(R"([{"name": "few", "devices": 2}])", held), clock);
  EXPECT_TRUE(devices.has_value());  // c and another one
  for (const char* quota :
       {R"([{"name": "few", "devices": 1}])",
        R"([{"instances": 9}, {"name": "few", "instances": 4}])"}) {
    const auto solved =
        SolvePipeline(Json(kTwoAlone), kRoot, WithQuotas(quota, held), clock);
    ExpectCode(solved, ErrorCode::kQuotaExceeded);
    EXPECT_NE(solved.error().message.find("quota 'few'"), std::string::npos);
  }
}

TEST(SolvePipeline, WhatDoesNotFitAnyway_IsNoMatterOfQuotas) {
  const FakeClock clock;
  ExpectCode(SolvePipeline(Json(R"({"stages": [{"name": "a", "count": 4,
                 "function": "copy", "sharing": "exclusive"}]})"),
                           kRoot, WithQuotas(R"([{"devices": 2}])"), clock),
             ErrorCode::kUnsatisfiable);
}

TEST(StillStands, QuotaTakenMeanwhile_IsStale) {
  const FakeClock clock;
  const Snapshot before = WithQuotas(R"([{"instances": 1}])");
  const auto solved = SolvePipeline(Json(kCopy), kRoot, before, clock);
  ASSERT_TRUE(solved.has_value()) << solved.error().message;
  EXPECT_TRUE(StillStands(*solved, kRoot, before));
  placement::QuotaHeld held;
  held.instances = 1;
  EXPECT_FALSE(
      StillStands(*solved, kRoot, WithQuotas(R"([{"instances": 1}])", held)));
}

}  // namespace
}  // namespace acceld::daemon
