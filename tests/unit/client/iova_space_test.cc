#include "client/iova_space.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cstdint>
#include <limits>
#include <optional>
#include <set>

namespace acceld::client {
namespace {

constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint64_t kPage = 4096;

TEST(IovaSpace, TakeAt_OnlyWithinOneRangeAndWhatTheDeviceCanForm) {
  IovaSpace space({{0, 0xfedfffff}, {0xfef00000, 0x7fffffffff}});
  EXPECT_TRUE(space.TakeAt(0x10000, kPage, kMost));
  EXPECT_FALSE(space.TakeAt(0xfee00000, kPage, kMost));
  EXPECT_FALSE(space.TakeAt(0xfedff000, 2 * kPage, kMost));
  EXPECT_TRUE(space.TakeAt(0xfedff000, kPage, kMost));
  EXPECT_FALSE(space.TakeAt(0x7ffffff000, 2 * kPage, kMost));
  EXPECT_FALSE(space.TakeAt(0x20000000, kPage, 0xfffffff));
  EXPECT_FALSE(space.TakeAt(kMost - 1, kPage, kMost));
}

TEST(IovaSpace, WhatIsTaken_IsNotTakenAgainUntilFreed) {
  IovaSpace space({});
  ASSERT_TRUE(space.TakeAt(0x10000, 4 * kPage, kMost));
  EXPECT_FALSE(space.TakeAt(0x10000, kPage, kMost));
  EXPECT_FALSE(space.TakeAt(0x13000, kPage, kMost));
  EXPECT_FALSE(space.TakeAt(0xf000, 2 * kPage, kMost));
  EXPECT_FALSE(space.TakeAt(0xf000, 8 * kPage, kMost));
  EXPECT_TRUE(space.TakeAt(0xf000, kPage, kMost));
  EXPECT_TRUE(space.TakeAt(0x14000, kPage, kMost));
  space.Free(0x10000);
  EXPECT_TRUE(space.TakeAt(0x12000, 2 * kPage, kMost));
}

TEST(IovaSpace, Take_FindsTheLowestFreePlaceAndNeverZero) {
  IovaSpace space({{0, 0xffff}, {0x20000, 0x2ffff}});
  EXPECT_EQ(space.Take(kPage, kPage, kMost), 0x1000U);
  EXPECT_EQ(space.Take(kPage, kPage, kMost), 0x2000U);
  space.Free(0x1000);
  EXPECT_EQ(space.Take(2 * kPage, kPage, kMost), 0x3000U);
  EXPECT_EQ(space.Take(kPage, kPage, kMost), 0x1000U);
  EXPECT_EQ(space.Take(0x10000, 0x10000, kMost), 0x20000U);
  EXPECT_EQ(space.Take(0x10000, kPage, kMost), std::nullopt);
  EXPECT_EQ(space.Take(kPage, kPage, 0x4fff), std::nullopt);
  EXPECT_EQ(space.Take(kPage, kPage, 0x5fff), 0x5000U);
}

TEST(IovaSpace, EndOfTheAddresses_DoesNotWrapRound) {
  IovaSpace space({{kMost - 2 * kPage + 1, kMost}});
  EXPECT_EQ(space.Take(3 * kPage, kPage, kMost), std::nullopt);
  EXPECT_EQ(space.Take(kPage, kPage, kMost), kMost - 2 * kPage + 1);
  EXPECT_EQ(space.Take(kPage, kPage, kMost), kMost - kPage + 1);
  EXPECT_EQ(space.Take(kPage, kPage, kMost), std::nullopt);
}

// Against a set of pages.
RC_GTEST_PROP(IovaSpaceProperty, AnyCalls_AgreeWithASetOfPages, ()) {
  IovaSpace space({{0, 0xbfff}, {0x10000, 0x1ffff}});
  std::set<std::uint64_t> taken;
  const auto is_free = [&](std::uint64_t page, std::uint64_t count) {
    for (std::uint64_t i = page; i < page + count; ++i) {
      const bool in_range = i < 12 || (i >= 16 && i < 32);
      if (!in_range || taken.contains(i)) return false;
    }
    // No range touches another.
    return (page < 12) == (page + count - 1 < 12);
  };
  for (int i = 0; i < 30; ++i) {
    const auto count = *rc::gen::inRange<std::uint64_t>(1, 5);
    if (*rc::gen::arbitrary<bool>()) {
      const auto page = *rc::gen::inRange<std::uint64_t>(0, 34);
      const bool free = is_free(page, count);
      RC_ASSERT(space.TakeAt(page * kPage, count * kPage, kMost) == free);
      for (std::uint64_t p = page; free && p < page + count; ++p) {
        taken.insert(p);
      }
    } else {
      std::optional<std::uint64_t> want;
      for (std::uint64_t page = 1; page < 32 && !want; ++page) {
        if (is_free(page, count)) want = page;
      }
      const auto got = space.Take(count * kPage, kPage, kMost);
      RC_ASSERT(got.has_value() == want.has_value());
      if (!want) continue;
      RC_ASSERT(*got == *want * kPage);
      for (std::uint64_t p = *want; p < *want + count; ++p) taken.insert(p);
    }
  }
}

}  // namespace
}  // namespace acceld::client
