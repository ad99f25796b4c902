#include "graph/export/columns.h"

#include <gtest/gtest.h>

namespace acceld::graph::exports {
namespace {

constexpr Gaps kGaps{10, 5};

TEST(SplitIntoColumns_EqualThings, ComeNearestToTheRatio) {
  const std::vector<Size> sizes(4, Size{100, 50});
  // One column: 100 x 215; two: 210 x 105; four: 430 x 50.
  EXPECT_EQ(SplitIntoColumns(sizes, kGaps, 20).ends.size(), 1U);
  EXPECT_EQ(SplitIntoColumns(sizes, kGaps, 200).ends.size(), 2U);
  EXPECT_EQ(SplitIntoColumns(sizes, kGaps, 900).ends.size(), 4U);
}

TEST(SplitIntoColumns_OneTallThing, HasAColumnOfItsOwn) {
  const ColumnSplit split =
      SplitIntoColumns({{100, 300}, {100, 90}, {100, 90}, {80, 90}}, kGaps, 70);
  EXPECT_EQ(split.ends, (std::vector<std::size_t>{1, 4}));
  EXPECT_EQ(split.widths, (std::vector<int>{100, 100}));
  EXPECT_EQ(split.size.width, 210);
  EXPECT_EQ(split.size.height, 300);
}

TEST(SplitToWidth_RoomForTwo, MakesTwo) {
  const std::vector<Size> sizes(5, Size{100, 20});
  EXPECT_EQ(SplitToWidth(sizes, kGaps, 215).widths.size(), 2U);
  EXPECT_EQ(SplitToWidth(sizes, kGaps, 215).size.height, 70);
}

TEST(SplitToWidth_RoomForNone, MakesOne) {
  EXPECT_EQ(SplitToWidth({{100, 20}, {100, 20}}, kGaps, 30).widths.size(), 1U);
}

TEST(SetInOneRow_AnyThings, StandSideBySide) {
  const ColumnSplit split = SetInOneRow({{100, 20}, {50, 70}}, kGaps);
  EXPECT_EQ(split.ends, (std::vector<std::size_t>{1, 2}));
  EXPECT_EQ(split.size.width, 160);
  EXPECT_EQ(split.size.height, 70);
}

}  // namespace
}  // namespace acceld::graph::exports
