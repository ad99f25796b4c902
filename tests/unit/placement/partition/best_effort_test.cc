#include "placement/partition/best_effort.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

#include "base/error.h"
#include "placement/partition/pair_scores.h"
#include "tests/support/nvidia_partitions.h"

namespace acceld::placement {
namespace {

using testing::Devices;
using testing::Dgx1vScores;
using testing::FirstDevices;
using testing::NvidiaPartitions;

Devices Choose(const PairScores& scores, const Devices& free, int size,
               const Devices& required = {}) {
  const auto choice = ChooseBestEffort(scores, free, required, size);
  EXPECT_TRUE(choice);
  return choice ? choice->devices : Devices{};
}

struct PublishedCase {
  std::string name;
  Devices free;
  Devices required;
  int size;
  Devices expected;
};

class PublishedChoice : public ::testing::TestWithParam<PublishedCase> {};

// What NVIDIA's tests expect of its policy on a DGX-1V (besteffort_test.go).
TEST_P(PublishedChoice, OnDgx1v_IsNvidias) {
  const PublishedCase& one = GetParam();
  EXPECT_EQ(Choose(Dgx1vScores(), one.free, one.size, one.required),
            one.expected);
}

const Devices kAll = FirstDevices(8);

INSTANTIATE_TEST_SUITE_P(
    All, PublishedChoice,
    ::testing::Values(
        PublishedCase{"SameSwitch", {0, 2, 4, 5}, {}, 2, {4, 5}},
        PublishedCase{"SameSocket", {0, 4, 5, 6}, {}, 2, {5, 6}},
        PublishedCase{"TwoLinks", {0, 3, 1}, {}, 2, {0, 3}},
        PublishedCase{"TwoLinksAcross", {0, 1, 4}, {}, 2, {0, 4}},
        PublishedCase{"OneWith4", kAll, {4}, 1, {4}},
        PublishedCase{"TwoWith4", kAll, {4}, 2, {4, 7}},
        PublishedCase{"FourWith4", kAll, {4}, 4, {4, 5, 6, 7}},
        PublishedCase{"NotFree", {1, 2, 3, 4, 5, 6, 7}, {0, 1, 2, 3}, 4, {}},
        PublishedCase{"AllRequired", kAll, {0, 2, 4, 6}, 4, {0, 2, 4, 6}},
        PublishedCase{"TooManyRequired", kAll, {1, 2, 3, 4, 5, 6}, 4, {}},
        PublishedCase{"One", kAll, {}, 1, {0}},
        PublishedCase{"Two", kAll, {}, 2, {0, 3}},
        PublishedCase{"TwoMore", {1, 2, 4, 5, 6, 7}, {}, 2, {1, 2}},
        PublishedCase{"TwoOfTheOtherHalf", {4, 5, 6, 7}, {}, 2, {4, 7}},
        PublishedCase{"Four", kAll, {}, 4, {0, 1, 2, 3}},
        PublishedCase{"FourMore", {4, 5, 6, 7}, {}, 4, {4, 5, 6, 7}},
        PublishedCase{"Eight", kAll, {}, 8, kAll},
        PublishedCase{"None", kAll, {}, 0, {}},
        PublishedCase{"LessThanNone", kAll, {}, -1, {}},
        PublishedCase{"TooFew", {0, 1}, {}, 3, {}}),
    [](const auto& test) { return test.param.name; });

TEST(ChooseBestEffort_BestSetIsTheLastOfTheDivision, ReturnsIt) {
  PairScores scores;
  for (std::size_t i = 0; i < 12; i += 2) scores.Set(i, i + 1, 200);
  scores.Set(12, 13, 400);
  EXPECT_EQ(Choose(scores, FirstDevices(14), 2), (Devices{12, 13}));
}

// The quads of the first board; the rest divides into quads as good.
TEST(ChooseBestEffort_TwoBoards, IsNvidias) {
  const PairScores scores = Dgx1vScores(2);
  EXPECT_EQ(Choose(scores, FirstDevices(16), 4), (Devices{0, 1, 2, 3}));
  EXPECT_EQ(Choose(scores, FirstDevices(16), 3), (Devices{0, 2, 3}));
}

PairScores RandomScores(std::mt19937& bits, std::size_t count) {
  // Few values, so that equals, ties and interchangeable devices are common.
  const unsigned values = 1 + bits() % 4;
  PairScores scores;
  for (std::size_t a = 0; a < count; ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      scores.Set(a, b, static_cast<std::int32_t>(bits() % values) * 10);
    }
  }
  return scores;
}

TEST(ChooseBestEffort_OnRandomScores, IsTheEnumerations) {
  for (unsigned seed = 0; seed < 2000; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 bits(seed);
    const std::size_t count = 2 + bits() % 8;
    const PairScores scores = RandomScores(bits, count);
    Devices free = FirstDevices(count);
    std::shuffle(free.begin(), free.end(), bits);
    if (count > 3 && bits() % 2 == 0) free.pop_back();
    const std::size_t size = 2 + bits() % (free.size() - 1);
    Devices required(free.begin(), free.begin() + static_cast<std::ptrdiff_t>(
                                                      bits() % 3 % (size + 1)));
    std::shuffle(free.begin(), free.end(), bits);
    const NvidiaPartitions oracle(scores, free, required, size);
    const auto choice =
        ChooseBestEffort(scores, free, required, static_cast<int>(size));
    ASSERT_TRUE(choice);
    ASSERT_EQ(choice->devices, oracle.Choose());
    ASSERT_EQ(choice->total, oracle.total());
    ASSERT_EQ(choice->score, oracle.ScoreOf(choice->devices));
  }
}

TEST(ChooseBestEffort_Of12, IsTheEnumerations) {
  const PairScores scores = Dgx1vScores(2);
  for (const std::size_t size : {4U, 5U, 6U}) {
    const NvidiaPartitions oracle(scores, FirstDevices(12), {}, size);
    EXPECT_EQ(Choose(scores, FirstDevices(12), static_cast<int>(size)),
              oracle.Choose());
  }
}

TEST(ChooseBestEffort_32AllAlike, TakesTheFirst) {
  PairScores scores;
  for (std::size_t a = 0; a < 32; ++a) {
    for (std::size_t b = 0; b < a; ++b) scores.Set(a, b, 600);
  }
  EXPECT_EQ(Choose(scores, FirstDevices(32), 5), FirstDevices(5));
}

TEST(ChooseBestEffort_TooManyOfNoKind, IsUnsupported) {
  std::mt19937 bits(1);
  PairScores scores;
  for (std::size_t a = 0; a < 32; ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      scores.Set(a, b, static_cast<std::int32_t>(bits() % 1000));
    }
  }
  const auto choice = ChooseBestEffort(scores, FirstDevices(32), {}, 4);
  ASSERT_FALSE(choice);
  EXPECT_EQ(choice.error().code, ErrorCode::kUnsupported);
}

TEST(ChooseBestEffort_DeviceTwiceOrUnknown, IsInvalid) {
  for (const Devices& free : {Devices{1, 1}, Devices{0, 32}}) {
    const auto choice = ChooseBestEffort(PairScores(), free, {}, 2);
    ASSERT_FALSE(choice);
    EXPECT_EQ(choice.error().code, ErrorCode::kInvalidArgument);
  }
}

TEST(ChooseBestEffort_ScoreBeyondAMillion, IsInvalid) {
  PairScores scores;
  scores.Set(0, 1, 2'000'000);
  EXPECT_FALSE(ChooseBestEffort(scores, FirstDevices(2), {}, 2));
}

}  // namespace
}  // namespace acceld::placement
