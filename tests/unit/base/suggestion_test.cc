// Suggestions for words that are not known.
#include "base/suggestion.h"

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <string_view>

namespace acceld {
namespace {

TEST(NearestName, Typos_FindTheName) {
  constexpr std::array<std::string_view, 3> kNames{"copy", "compare",
                                                   "compress/zlib"};
  EXPECT_EQ(NearestName("cpoy", kNames), "copy");
  EXPECT_EQ(NearestName("compres/zlib", kNames), "compress/zlib");
  EXPECT_EQ(NearestName("comparee", kNames), "compare");
}

TEST(NearestName, NothingNear_IsNothing) {
  constexpr std::array<std::string_view, 2> kNames{"copy", "compare"};
  EXPECT_EQ(NearestName("teleport", kNames), std::nullopt);
  EXPECT_EQ(NearestName(std::string(1000, 'c'), kNames), std::nullopt);
  EXPECT_EQ(NearestName("copy", {}), std::nullopt);
}

}  // namespace
}  // namespace acceld
