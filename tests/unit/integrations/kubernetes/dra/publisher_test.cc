#include "integrations/kubernetes/dra/publisher.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string_view>

#include "base/json.h"
#include "integrations/kubernetes/dra/back_off.h"

namespace acceld::dra {
namespace {

bool Same(std::string_view there, std::string_view wanted) {
  return SaysTheSame(*ParseJson(there), *ParseJson(wanted));
}

TEST(SaysTheSame, OrderTimesAndGenerations_AreNoDifference) {
  EXPECT_TRUE(Same(R"({"b": [1, 2], "a": {"x": "y"}})",
                   R"({"a": {"x": "y"}, "b": [1, 2]})"));
  EXPECT_TRUE(
      Same(R"({"taints": [{"key": "k", "timeAdded": "2026-01-01T00:00:00Z"}]})",
           R"({"taints": [{"key": "k"}]})"));
  EXPECT_TRUE(Same(R"({"pool": {"name": "n", "generation": 7}})",
                   R"({"pool": {"name": "n", "generation": 1}})"));
}

TEST(SaysTheSame, AnythingElse_IsADifference) {
  EXPECT_FALSE(Same(R"({"a": 1, "b": 2})", R"({"a": 1})"));
  EXPECT_FALSE(Same(R"({"a": 1})", R"({"a": 1, "b": 2})"));
  EXPECT_FALSE(Same(R"({"a": [1, 2]})", R"({"a": [2, 1]})"));
  EXPECT_FALSE(Same(R"({"a": [1]})", R"({"a": [1, 1]})"));
  EXPECT_FALSE(Same(R"({"a": "1"})", R"({"a": 1})"));
  EXPECT_FALSE(Same("7", R"({"a": 1})"));
  EXPECT_FALSE(Same("7", "[]"));
}

TEST(BackOff, Doubles_UpToAMinute) {
  using std::chrono::seconds;
  EXPECT_EQ(BackOff(1), seconds(1));
  EXPECT_EQ(BackOff(3), seconds(4));
  EXPECT_EQ(BackOff(7), seconds(60));
  EXPECT_EQ(BackOff(1'000), seconds(60));
}

TEST(Spread, IsWithinAQuarter) {
  using std::chrono::milliseconds;
  constexpr milliseconds kTime{8'000};
  EXPECT_EQ(Spread(kTime, 0), milliseconds(6'000));
  EXPECT_EQ(Spread(kTime, 500), kTime);
  EXPECT_EQ(Spread(kTime, 999), milliseconds(9'996));
  EXPECT_EQ(Spread(kTime, 1'000), milliseconds(6'000));
}

}  // namespace
}  // namespace acceld::dra
