#include "base/units.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace acceld {
namespace {

constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();

// Values near which printing changes its unit, and everything else.
rc::Gen<std::int64_t> Quantity() {
  const auto anything = rc::gen::inRange<std::int64_t>(0, kMax);
  const auto round = rc::gen::map(
      rc::gen::pair(rc::gen::inRange<std::int64_t>(0, 9000),
                    rc::gen::elementOf(std::vector<std::int64_t>{
                        1, 10, 1000, 1024, 1'000'000, 1'048'576,
                        10'000'000'000'000, std::int64_t{1} << 50})),
      [](const auto& pair) {
        return pair.first > kMax / pair.second ? kMax
                                               : pair.first * pair.second;
      });
  return rc::gen::oneOf(rc::gen::cast<std::int64_t>(anything), round,
                        rc::gen::inRange<std::int64_t>(0, 5000));
}

RC_GTEST_PROP(UnitsProperty, Bytes_SurviveTheRoundTrip, ()) {
  const Bytes bytes(*Quantity());
  const auto parsed = ParseBytes(ToString(bytes));
  RC_ASSERT(parsed.has_value());
  RC_ASSERT(*parsed == bytes);
}

RC_GTEST_PROP(UnitsProperty, Rates_SurviveTheRoundTrip, ()) {
  const BytesPerSecond rate(*Quantity());
  const auto parsed = ParseBytesPerSecond(ToString(rate));
  RC_ASSERT(parsed.has_value());
  RC_ASSERT(*parsed == rate);
}

RC_GTEST_PROP(UnitsProperty, Times_SurviveTheRoundTrip, ()) {
  const Nanoseconds time(*Quantity());
  const auto parsed = ParseNanoseconds(ToString(time));
  RC_ASSERT(parsed.has_value());
  RC_ASSERT(*parsed == time);
}

RC_GTEST_PROP(UnitsProperty, Powers_SurviveTheRoundTrip, ()) {
  const Microwatts power(*Quantity());
  const auto parsed = ParseMicrowatts(ToString(power));
  RC_ASSERT(parsed.has_value());
  RC_ASSERT(*parsed == power);
}

RC_GTEST_PROP(UnitsProperty, Transfers_SurviveTheRoundTrip, ()) {
  const MegaTransfers rate(*Quantity());
  const auto parsed = ParseMegaTransfers(ToString(rate));
  RC_ASSERT(parsed.has_value());
  RC_ASSERT(*parsed == rate);
}

RC_GTEST_PROP(UnitsProperty, AnyText_NeverThrows, (const std::string& text)) {
  (void)ParseBytes(text);
  (void)ParseBytesPerSecond(text);
  (void)ParseNanoseconds(text);
  (void)ParseMegaTransfers(text);
  (void)ParseLanes(text);
}

TEST(Units, LinkWidths_SurviveTheRoundTrip) {
  for (std::int64_t lanes = 0; lanes <= 64; ++lanes) {
    const auto parsed = ParseLanes(ToString(Lanes(lanes)));
    ASSERT_TRUE(parsed.has_value()) << lanes;
    EXPECT_EQ(*parsed, Lanes(lanes));
  }
}

TEST(Units, LargestValues_SurviveTheRoundTrip) {
  // 9223.37PB: its digits times the unit need more than 64 bits.
  for (std::int64_t value : {kMax, kMax - 1, std::int64_t{9223370000000000000},
                             std::int64_t{7} << 60, std::int64_t{31} << 58}) {
    const auto parsed = ParseBytes(ToString(Bytes(value)));
    ASSERT_TRUE(parsed.has_value()) << value;
    EXPECT_EQ(*parsed, Bytes(value));
  }
}

TEST(Units, Text_IsWhatPeopleWrite) {
  EXPECT_EQ(ToString(Bytes(0)), "0B");
  EXPECT_EQ(ToString(Bytes(4096)), "4KiB");
  EXPECT_EQ(ToString(Bytes(std::int64_t{3} << 29)), "1.5GiB");
  EXPECT_EQ(ToString(Bytes(100'000'000)), "100MB");
  EXPECT_EQ(ToString(BytesPerSecond(8'000'000'000)), "8GB/s");
  EXPECT_EQ(ToString(Nanoseconds(2'000)), "2us");
  EXPECT_EQ(ToString(Nanoseconds(1'250'000)), "1.25ms");
  EXPECT_EQ(ToString(MegaTransfers(2'500)), "2.5GT/s");
  EXPECT_EQ(ToString(Lanes(16)), "x16");
  EXPECT_EQ(ToString(Microwatts(300'000'000)), "300W");
  EXPECT_EQ(ToString(Microwatts(1'500'000'000)), "1.5kW");
  EXPECT_EQ(ToString(Microwatts(8'525'000)), "8525mW");
}

TEST(Units, NegativeDifference_DoesNotLookLikeNothing) {
  EXPECT_EQ(ToString(Bytes(1) - Bytes(3)), "-2B");
  EXPECT_EQ(ToString(Nanoseconds(0) - Nanoseconds(7)), "-7ns");
}

TEST(Units, FractionsAndOneSpace_AreUnderstood) {
  EXPECT_EQ(ParseBytes("1.5GiB").value(), Bytes(std::int64_t{3} << 29));
  EXPECT_EQ(ParseBytes("0.5 KiB").value(), Bytes(512));
  EXPECT_EQ(ParseNanoseconds("0.000001s").value(), Nanoseconds(1'000));
  EXPECT_EQ(ParseBytes("007B").value(), Bytes(7));
}

TEST(Units, ValuesThatDoNotFit_AreRefused) {
  for (const char* text :
       {"8EiB", "9223372036854775808B", "9.3EiB", "99999999999999999999B",
        "10000PB", "9223372036854775807KiB"}) {
    const auto parsed = ParseBytes(text);
    ASSERT_FALSE(parsed.has_value()) << text;
    EXPECT_EQ(parsed.error().code, ErrorCode::kInvalidArgument);
  }
  EXPECT_TRUE(ParseBytes("9223372036854775807B").has_value());
  EXPECT_TRUE(ParseBytes("7.75EiB").has_value());
}

TEST(Units, WhatIsNoQuantity_IsRefused) {
  for (const char* text :
       {"",       " ",     "B",      "16",     "-1B",  "+1B",
        "1..5B",  "1.B",   ".5KiB",  "1e3B",   "0.3B", "1.0000001KiB",
        "1  KiB", " 1KiB", "1KiB ",  "1kib",   "1gb",  "0x10B",
        "nanB",   "infB",  "1,5KiB", "1KiB/s", "\xff"}) {
    EXPECT_FALSE(ParseBytes(text).has_value()) << text;
  }
  for (const char* text : {"", "x", "16", "x-1", "x+1", "x65", "x16 ", "X16"}) {
    EXPECT_FALSE(ParseLanes(text).has_value()) << text;
  }
}

TEST(Units, UnitsOfOtherKinds_AreRefused) {
  EXPECT_FALSE(ParseBytes("1s").has_value());
  EXPECT_FALSE(ParseBytesPerSecond("1GB").has_value());
  EXPECT_FALSE(ParseNanoseconds("1GT/s").has_value());
  EXPECT_FALSE(ParseMegaTransfers("1GB/s").has_value());
  EXPECT_FALSE(ParseMicrowatts("1MW").has_value());
  EXPECT_FALSE(ParseMicrowatts("1kWh").has_value());
}

}  // namespace
}  // namespace acceld
