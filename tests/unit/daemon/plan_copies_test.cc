#include "daemon/plan_copies.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <utility>

#include "base/json.h"
#include "daemon/solve.h"
#include "tests/support/bench_machine.h"
#include "tests/support/fake_clock.h"

namespace acceld::daemon {
namespace {

using acceld::testing::BenchMachine;
using acceld::testing::FakeClock;

constexpr std::string_view kWhole =
    R"({"stages": [{"name": "move", "function": "copy",
                    "sharing": "exclusive"}]})";

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

Document Copies(std::string_view pipeline, int most, Snapshot snapshot) {
  const FakeClock clock;
  auto answer = PlanCopies(Json(pipeline), most, policy::Subject{},
                           std::move(snapshot), clock);
  EXPECT_TRUE(answer) << answer.error().message;
  return answer ? *std::move(answer) : Document();
}

std::size_t CountOf(const Document& answer) {
  const Document* copies = answer.Find("copies");
  return copies == nullptr ? 0 : copies->AsArray()->size();
}

std::set<std::string> DevicesOf(const Document& answer) {
  std::set<std::string> devices;
  for (const Document& copy : *answer.Find("copies")->AsArray()) {
    for (const Document& stage : *copy.Find("stages")->AsArray()) {
      devices.insert(*stage.Find("device")->AsString());
    }
  }
  return devices;
}

TEST(PlanCopies, OfWholeDevices_AreOnAsManyDevices) {
  const Document answer = Copies(kWhole, 64, Bench());
  EXPECT_EQ(CountOf(answer), 3U);
  EXPECT_EQ(DevicesOf(answer),
            (std::set<std::string>{"accelerator:a", "accelerator:b",
                                   "accelerator:c"}));
  EXPECT_EQ(*answer.Find("more"), Document("busy"));
}

TEST(PlanCopies, OfShares_FillEveryDevice) {
  const Document answer = Copies(
      R"({"stages": [{"name": "move", "function": "copy"}]})", 64, Bench());
  EXPECT_EQ(CountOf(answer), 48U);  // three devices of 16 instances
}

TEST(PlanCopies, AsManyAsAsked_SaysThatThereMayBeMore) {
  const Document answer = Copies(kWhole, 2, Bench());
  EXPECT_EQ(CountOf(answer), 2U);
  EXPECT_EQ(*answer.Find("more"), Document("limit"));
}

TEST(PlanCopies, WhatOthersHold_IsNotCounted) {
  placement::Occupancy taken;
  taken.devices["accelerator:b"].instances = 1;
  const Document answer = Copies(kWhole, 64, Bench(taken));
  EXPECT_EQ(DevicesOf(answer),
            (std::set<std::string>{"accelerator:a", "accelerator:c"}));
}

TEST(PlanCopies, OfOneDevice_NamedByItsKey_IsOne) {
  const Document answer = Copies(
      R"({"stages": [{"name": "move", "function": "copy",
                      "sharing": "exclusive",
                      "select": [{"attribute": "key",
                                  "equals": "accelerator:b"}]}]})",
      64, Bench());
  EXPECT_EQ(DevicesOf(answer), std::set<std::string>{"accelerator:b"});
}

TEST(PlanCopies, WhereNotOneFits_IsTheRefusal) {
  const Document answer = Copies(
      R"({"stages": [{"name": "a", "function": "compute/gpu"}]})", 4, Bench());
  EXPECT_EQ(answer.Find("copies"), nullptr);
  EXPECT_EQ(*answer.Find("outcome"), Document("unsatisfiable"));
}

TEST(PlanCopies, OfAMalformedRequest_IsAFault) {
  const FakeClock clock;
  const auto answer =
      PlanCopies(Document(), 4, policy::Subject{}, Bench(), clock);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace acceld::daemon
