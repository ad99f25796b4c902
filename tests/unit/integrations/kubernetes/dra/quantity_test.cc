#include "integrations/kubernetes/dra/quantity.h"

#include <gtest/gtest.h>

#include <limits>

namespace acceld::dra {
namespace {

TEST(ParseQuantity, SuffixesOfBothKinds_AreUnderstood) {
  EXPECT_EQ(ParseQuantity("100").value_or(0), 100);
  EXPECT_EQ(ParseQuantity("2k").value_or(0), 2'000);
  EXPECT_EQ(ParseQuantity("2Mi").value_or(0), 2 << 20);
  EXPECT_EQ(ParseQuantity("7Ei").value_or(0), std::int64_t{7} << 60);
  for (const char* text : {"Ki", "1 Ki", "100m", "8Ei", "10E", "", "-1", "+1",
                           "1e3", "9223372036854775808"}) {
    const auto parsed = ParseQuantity(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code, ErrorCode::kInvalidArgument);
  }
}

TEST(PrintQuantity, IsAsTheApiServerHasIt) {
  EXPECT_EQ(PrintQuantity(0), "0");
  EXPECT_EQ(PrintQuantity(64), "64");
  EXPECT_EQ(PrintQuantity(1'000), "1k");
  EXPECT_EQ(PrintQuantity(1'500), "1500");
  EXPECT_EQ(PrintQuantity(40'000'000'000), "40G");
  EXPECT_EQ(PrintQuantity(9'000'000'000'000'000'000), "9E");
  for (const std::int64_t number :
       {std::int64_t{17'179'869'184}, std::int64_t{120'000},
        std::numeric_limits<std::int64_t>::max()}) {
    EXPECT_EQ(ParseQuantity(PrintQuantity(number)).value_or(0), number);
  }
}

}  // namespace
}  // namespace acceld::dra
