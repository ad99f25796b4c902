#include "bench/placement/comparison.h"

#include <gtest/gtest.h>

namespace acceld::bench {
namespace {

Measured Proved(std::int64_t cost, double seconds) {
  Measured measured;
  measured.cost = cost;
  measured.lower_bound = cost;
  measured.proved = true;
  measured.time = Seconds(seconds);
  return measured;
}

Measured Found(std::int64_t cost, double seconds) {
  Measured measured = Proved(cost, seconds);
  measured.lower_bound = 0;
  measured.proved = false;
  return measured;
}

TEST(Comparison, SameProvedCost_GivesRatio) {
  const Comparison comparison = Compare(Proved(84, 0.5), Proved(84, 2));
  EXPECT_EQ(comparison.ratio, 4.0);
  EXPECT_FALSE(comparison.is_at_least);
}

TEST(Comparison, DifferentProvedCosts_ContradictAndGiveNoRatio) {
  const Comparison comparison = Compare(Proved(84, 0.5), Proved(85, 2));
  EXPECT_TRUE(comparison.contradicts);
  EXPECT_FALSE(comparison.ratio);
}

TEST(Comparison, CheaperThanProved_Contradicts) {
  EXPECT_TRUE(Compare(Proved(84, 1), Found(83, 60)).contradicts);
  EXPECT_TRUE(Compare(Found(83, 60), Proved(84, 1)).contradicts);
}

TEST(Comparison, TheirsAtLimit_CountsAsTheLimit) {
  Measured theirs = Found(90, 60);
  theirs.at_limit = true;
  const Comparison comparison = Compare(Proved(84, 0.5), theirs);
  EXPECT_EQ(comparison.ratio, 120.0);
  EXPECT_TRUE(comparison.is_at_least);
}

TEST(Comparison, WithoutProof_GivesNoRatio) {
  EXPECT_FALSE(Compare(Found(84, 1), Proved(84, 2)).ratio);
  EXPECT_FALSE(Compare(Proved(84, 1), Found(84, 2)).ratio);
}

TEST(Comparison, NothingFits_IsAProofToo) {
  Measured none;
  none.proved = true;
  none.time = Seconds(1);
  EXPECT_EQ(Compare(none, none).ratio, 1.0);
  EXPECT_TRUE(Compare(none, Found(84, 2)).contradicts);
}

TEST(GeometricMean, OfRatios) {
  EXPECT_FALSE(GeometricMean({}));
  EXPECT_DOUBLE_EQ(*GeometricMean({2, 8}), 4);
}

}  // namespace
}  // namespace acceld::bench
