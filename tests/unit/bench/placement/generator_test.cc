#include "bench/placement/generator.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "bench/placement/fabric.h"
#include "tests/support/temp_dir.h"

namespace acceld::bench {
namespace {

TEST(Fabric, Distances_AreSymmetricAndMetric) {
  for (const std::string text :
       {"mesh:5", "torus:3x4", "rack:3x4", "pod:3x4", "pod:34x1", "dgx1v:4",
        "mi300x:8", "nvswitch:1"}) {
    const auto fabric = ParseFabric(text);
    ASSERT_TRUE(fabric) << text;
    const auto& d = fabric->distance;
    for (std::size_t a = 0; a < fabric->devices; ++a) {
      for (std::size_t b = 0; b < fabric->devices; ++b) {
        EXPECT_EQ(d(a, b), d(b, a)) << text;
        EXPECT_EQ(d(a, b) == 0, a == b) << text;
        for (std::size_t c = 0; c < fabric->devices; ++c) {
          EXPECT_LE(d(a, c), d(a, b) + d(b, c)) << text;
        }
      }
    }
  }
}

TEST(Fabric, AnythingElse_IsRefused) {
  for (const std::string text :
       {"", "pod", "pod:8", "mesh:0", "mesh:3x3", "torus:3x", "ring:4",
        "dgx1v:9", "pod:9999x9999"}) {
    const auto fabric = ParseFabric(text);
    ASSERT_FALSE(fabric) << text;
    EXPECT_EQ(fabric.error().code, ErrorCode::kInvalidArgument);
  }
}

Parameters FragmentedFan() {
  Parameters parameters;
  parameters.fabric = "pod:8x8";
  parameters.pipeline = "fan:4";
  parameters.busy = 0.75;
  parameters.first_every = 2;
  return parameters;
}

TEST(Generate, SameSeed_SameInstance) {
  const auto a = Generate(FragmentedFan());
  const auto b = Generate(FragmentedFan());
  Parameters other = FragmentedFan();
  other.seed = 2;
  const auto c = Generate(other);
  ASSERT_TRUE(a && b && c);
  EXPECT_EQ(a->allowed, b->allowed);
  EXPECT_NE(a->allowed, c->allowed);
}

TEST(Generate, Busy_LeavesThatPart) {
  const auto one = Generate(FragmentedFan());
  ASSERT_TRUE(one);
  EXPECT_EQ(one->stages, 7U);
  EXPECT_EQ(one->devices, 64U);
  EXPECT_GT(one->allowed[1].size(), 8U);
  EXPECT_LT(one->allowed[1].size(), 28U);
  EXPECT_TRUE(std::all_of(one->allowed[0].begin(), one->allowed[0].end(),
                          [](std::size_t device) { return device % 2 == 0; }));
}

TEST(Generate, Pinned_EndsHaveOneDeviceEach) {
  Parameters parameters = FragmentedFan();
  parameters.pin = true;
  const auto one = Generate(parameters);
  ASSERT_TRUE(one);
  EXPECT_EQ(one->allowed.front(), std::vector{one->allowed[1].front()});
  EXPECT_EQ(one->allowed.back(), std::vector{one->allowed[1].back()});
}

TEST(Generate, RowBetweenAdapters_EndsMayUseAdaptersOnly) {
  Parameters parameters;
  parameters.fabric = "dgx1v:2";
  parameters.pipeline = "ends:4";
  const auto one = Generate(parameters);
  ASSERT_TRUE(one);
  EXPECT_EQ(one->stages, 6U);
  EXPECT_EQ(one->allowed.front(), (std::vector<std::size_t>{8, 9}));
  EXPECT_EQ(one->allowed.back(), (std::vector<std::size_t>{8, 9}));
  EXPECT_EQ(one->allowed[1].size(), 8U);
}

TEST(Generate, WhatCannotBe_IsRefused) {
  Parameters parameters = FragmentedFan();
  parameters.pipeline = "chain:60";
  EXPECT_EQ(Generate(parameters).error().code, ErrorCode::kInvalidArgument);
  parameters.pipeline = "ring:4";
  EXPECT_EQ(Generate(parameters).error().code, ErrorCode::kInvalidArgument);
}

TEST(WriteInstance, ReadAgain_IsTheSame) {
  const auto one = Generate(FragmentedFan());
  ASSERT_TRUE(one);
  const testing::TempDir directory;
  const std::string path = directory.At("one.pqap");
  ASSERT_TRUE(WriteInstance(*one, path));
  const auto again = ReadInstance(path);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->stages, one->stages);
  EXPECT_EQ(again->devices, one->devices);
  EXPECT_EQ(again->capacity, one->capacity);
  EXPECT_EQ(again->allowed, one->allowed);
  EXPECT_EQ(again->flow, one->flow);
  EXPECT_EQ(again->distance, one->distance);
}

}  // namespace
}  // namespace acceld::bench
