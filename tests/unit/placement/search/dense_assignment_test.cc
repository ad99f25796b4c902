#include "placement/search/dense_assignment.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "tests/support/dice.h"

namespace acceld::placement {
namespace {

using acceld::testing::Dice;
using Matrix = std::vector<std::int32_t>;

constexpr std::int32_t kDead = DenseAssignment::kDead;

// The least total of all choices; kDead where there is none.
std::int64_t Least(const Matrix& costs, std::size_t rows, std::size_t columns,
                   std::vector<bool>& taken, std::size_t row = 0) {
  if (row == rows) return 0;
  std::int64_t least = kDead;
  for (std::size_t j = 0; j < columns; ++j) {
    if (taken[j] || costs[row * columns + j] >= kDead) continue;
    taken[j] = true;
    const std::int64_t rest = Least(costs, rows, columns, taken, row + 1);
    least = std::min(least, costs[row * columns + j] + rest);
    taken[j] = false;
  }
  return least;
}

std::int64_t Least(const Matrix& costs, std::size_t rows, std::size_t columns) {
  std::vector<bool> taken(columns);
  return Least(costs, rows, columns, taken);
}

TEST(DenseAssignment, RandomMatrices_EqualBruteForce) {
  DenseAssignment assignment;
  for (std::uint64_t seed = 0; seed < 5000; ++seed) {
    Dice dice(seed);
    const auto rows = static_cast<std::size_t>(dice.Draw(1, 5));
    const std::size_t columns =
        rows + static_cast<std::size_t>(dice.Draw(0, 2));
    const std::int32_t high = dice.OneOf(2) ? 5 : DenseAssignment::kMostTotal;
    Matrix costs;
    for (std::size_t i = 0; i < rows * columns; ++i) {
      costs.push_back(dice.OneOf(4)
                          ? kDead
                          : static_cast<std::int32_t>(dice.Draw(0, high)));
    }
    const std::int64_t least = Least(costs, rows, columns);
    Matrix rest = costs;
    const auto total = assignment.Reduce(rest.data(), rows, columns,
                                         DenseAssignment::kMostTotal);
    ASSERT_EQ(total.has_value(), least <= DenseAssignment::kMostTotal) << seed;
    if (!total) {
      ASSERT_EQ(rest, costs) << seed;
      continue;
    }
    ASSERT_EQ(*total, least) << seed;
    // Prices were taken: nothing negative, and the least choice costs nothing.
    ASSERT_EQ(Least(rest, rows, columns), 0) << seed;
    for (std::size_t i = 0; i < costs.size(); ++i) {
      ASSERT_GE(rest[i], 0) << seed;
      ASSERT_EQ(rest[i] == kDead, costs[i] == kDead) << seed;
    }
  }
}

TEST(DenseAssignment, MoreThanTheMost_IsNothing) {
  DenseAssignment assignment;
  Matrix costs{3, 9, 9, 4};
  EXPECT_FALSE(assignment.Reduce(costs.data(), 2, 2, 6));
  EXPECT_EQ(assignment.Reduce(costs.data(), 2, 2, 7), 7);
}

}  // namespace
}  // namespace acceld::placement
