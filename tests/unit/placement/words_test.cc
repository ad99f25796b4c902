// The small parsers: CPU lists and suggestions.
#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "placement/cpu_list.h"
#include "placement/suggestion.h"

namespace acceld::placement {
namespace {

TEST(ParseCpuList, RangesAndNumbers_AreSortedOnce) {
  EXPECT_EQ(*ParseCpuList("8,0-3,2"),
            (std::vector<std::int64_t>{0, 1, 2, 3, 8}));
  EXPECT_TRUE(ParseCpuList("")->empty());
  EXPECT_EQ(ParseCpuList("16383")->back(), kMaxCpu);
}

TEST(ParseCpuList, Malformed_IsRefused) {
  for (const std::string_view text :
       {",", "1,", ",1", "1,,2", "a", "1-", "-1", "3-1", "1-2-3", " 1", "16384",
        "99999999999999999999"}) {
    const auto cpus = ParseCpuList(text);
    ASSERT_FALSE(cpus) << text;
    EXPECT_EQ(cpus.error().code, ErrorCode::kInvalidArgument);
  }
}

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
}  // namespace acceld::placement
