#include "placement/own_labels.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <numeric>
#include <random>
#include <set>
#include <vector>

namespace acceld::placement {
namespace {

std::vector<std::int64_t> Labels(std::size_t count) {
  std::vector<std::int64_t> labels(count);
  std::iota(labels.begin(), labels.end(), std::int64_t{0});
  return labels;
}

TEST(CanAllDiffer, AsManyLabelsAsReplicas_Can) {
  EXPECT_TRUE(CanAllDiffer({{12, Labels(12)}}));
  EXPECT_TRUE(CanAllDiffer({{6, Labels(12)}, {6, Labels(12)}}));
}

TEST(CanAllDiffer, OneLabelTooFew_Cannot) {
  EXPECT_FALSE(CanAllDiffer({{12, Labels(11)}}));
  EXPECT_FALSE(CanAllDiffer({{6, Labels(11)}, {6, Labels(11)}}));
}

TEST(CanAllDiffer, SomeHaveTooFew_Cannot) {
  EXPECT_FALSE(CanAllDiffer({{1, Labels(30)}, {2, {3, 4}}, {1, {4, 3, 3}}}));
  EXPECT_TRUE(CanAllDiffer({{1, Labels(30)}, {2, {3, 4}}, {1, {4, 5}}}));
}

TEST(CanAllDiffer, UnknownLabels_AreEqualToNone) {
  EXPECT_TRUE(CanAllDiffer({{3, {-1, 1}}, {1, {1}}}));
}

TEST(CanAllDiffer, NoLabels_Cannot) {
  EXPECT_FALSE(CanAllDiffer({{1, {}}}));
  EXPECT_TRUE(CanAllDiffer({}));
}

// By trying all choices.
bool CanByTrying(const std::vector<LabelWish>& wishes, std::size_t wish,
                 std::int64_t replica, std::set<std::int64_t>& taken) {
  if (wish == wishes.size()) return true;
  if (replica == wishes[wish].count) {
    return CanByTrying(wishes, wish + 1, 0, taken);
  }
  for (const std::int64_t label : wishes[wish].labels) {
    if (label >= 0 && !taken.insert(label).second) continue;
    if (CanByTrying(wishes, wish, replica + 1, taken)) return true;
    if (label >= 0) taken.erase(label);
  }
  return false;
}

TEST(CanAllDiffer, AnyWishes_AsByTryingAll) {
  std::mt19937_64 random(5);
  int can = 0;
  for (int i = 0; i < 3000; ++i) {
    std::vector<LabelWish> wishes(1 + random() % 4);
    for (LabelWish& wish : wishes) {
      wish.count = static_cast<std::int64_t>(1 + random() % 2);
      wish.labels.resize(1 + random() % 4);
      for (auto& label : wish.labels) {
        label = static_cast<std::int64_t>(random() % 7) - 1;
        if (label < 0 && random() % 4 != 0) label = 0;
      }
    }
    std::set<std::int64_t> taken;
    const bool expected = CanByTrying(wishes, 0, 0, taken);
    ASSERT_EQ(CanAllDiffer(wishes), expected) << i;
    can += expected ? 1 : 0;
  }
  EXPECT_GT(can, 500);
  EXPECT_LT(can, 2500);
}

}  // namespace
}  // namespace acceld::placement
