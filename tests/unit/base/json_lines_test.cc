#include "base/json_lines.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

namespace acceld {
namespace {

using Lines = std::vector<std::int64_t>;

constexpr char kText[] =
    "\n{ \"a\": 1,\n"        // 2
    "  \"b\": [10\n,"        // 3
    "  20, [\n"              // 4
    " 30]],\n"               // 5
    " \"c/d~\": { \"e\":\n"  // 6
    "true } }\n";            // 7

TEST(JsonLines, Values_AreFoundByPointer) {
  EXPECT_EQ(FindLines(kText, {"", "/a", "/b", "/b/0", "/b/1", "/b/2", "/b/2/0",
                              "/c~1d~0", "/c~1d~0/e"}),
            (Lines{2, 2, 3, 3, 4, 4, 5, 6, 6}));
}

TEST(JsonLines, ValueThatIsNotThere_IsWhereItShouldBe) {
  EXPECT_EQ(FindLines(kText, {"/z", "/b/9/x", "/b/2/1", "/c~1d~0/f"}),
            (Lines{2, 3, 4, 6}));
}

TEST(JsonLines, NumberAtTheEndOfALine_IsOnThatLine) {
  EXPECT_EQ(FindLines("[1\n,2\n]", {"/0", "/1"}), (Lines{1, 2}));
  EXPECT_EQ(FindLines("7\n", {""}), (Lines{1}));
}

TEST(JsonLines, NoPointers_NoLines) {
  EXPECT_TRUE(FindLines("[]", {}).empty());
}

}  // namespace
}  // namespace acceld
