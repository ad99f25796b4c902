#include "graph/export/font.h"

#include <gtest/gtest.h>

namespace acceld::graph::exports {
namespace {

TEST(TextWidth_Ascii, IsTheSumOfTheAdvances) {
  // DejaVu Sans: N 748, U 732, M 863, A 685 thousandths of an em.
  EXPECT_EQ(TextWidth("NUMA", {10, false}), 31);
  EXPECT_EQ(TextWidth("", {10, false}), 0);
}

TEST(TextWidth_Bold, IsWider) {
  EXPECT_GT(TextWidth("numa:0", {10, true}), TextWidth("numa:0", {10, false}));
}

TEST(TextWidth_BeyondAscii, IsOneEmForEachCharacter) {
  EXPECT_EQ(TextWidth("\u00e9\u4e2d", {10, false}), 20);
}

TEST(Shorten_WhatFits, StaysAsItIs) {
  const int width = TextWidth("numa:0", kTextFont);
  EXPECT_EQ(Shorten("numa:0", width, kTextFont), "numa:0");
}

TEST(Shorten_WhatDoesNotFit, EndsInAnEllipsisThatFits) {
  const std::string text = "Data Streaming \u00c4ccelerator dsa0";
  for (int width = 10; width < TextWidth(text, kTextFont); ++width) {
    const std::string shorter = Shorten(text, width, kTextFont);
    EXPECT_TRUE(shorter.ends_with("\u2026")) << shorter;
    EXPECT_LE(TextWidth(shorter, kTextFont), width) << shorter;
  }
}

}  // namespace
}  // namespace acceld::graph::exports
