#include "placement/search/transport.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace acceld::placement {
namespace {

struct Case {
  std::vector<std::vector<Cost>> costs;  // by row, then column
  std::vector<std::int64_t> capacity;

  [[nodiscard]] std::vector<const Cost*> rows() const {
    std::vector<const Cost*> rows;
    for (const auto& row : costs) rows.push_back(row.data());
    return rows;
  }
};

Case Draw(std::mt19937& random) {
  Case one;
  one.capacity.resize(1 + random() % 5);
  for (auto& room : one.capacity) room = 1 + random() % 2;
  one.costs.resize(1 + random() % 5);
  for (auto& row : one.costs) {
    for (std::size_t j = 0; j < one.capacity.size(); ++j) {
      row.push_back(random() % 5 == 0 ? kForbidden
                                      : static_cast<Cost>(random() % 12));
    }
  }
  return one;
}

// Every assignment there is, from `row` on; kForbidden where none is.
Cost Least(const Case& one, std::vector<std::int64_t>& left, std::size_t row) {
  if (row == one.costs.size()) return 0;
  Cost least = kForbidden;
  for (std::size_t j = 0; j < left.size(); ++j) {
    if (left[j] == 0) continue;
    --left[j];
    least =
        std::min(least, AddCost(one.costs[row][j], Least(one, left, row + 1)));
    ++left[j];
  }
  return least;
}

TEST(Transport, RandomCases_EqualBruteForce) {
  std::mt19937 random(1);
  Transport transport;
  for (int i = 0; i < 3000; ++i) {
    const Case one = Draw(random);
    std::vector<std::int64_t> left = one.capacity;
    const Cost least = Least(one, left, 0);
    ASSERT_EQ(transport.Solve(one.rows(), one.capacity), least < kForbidden)
        << "case " << i;
    if (least >= kForbidden) continue;
    ASSERT_EQ(transport.total(), least) << "case " << i;
  }
}

// What prices say of a single choice is never more than it costs.
TEST(Transport, Prices_BoundEveryChoice) {
  std::mt19937 random(2);
  Transport transport;
  for (int i = 0; i < 1000; ++i) {
    const Case one = Draw(random);
    if (!transport.Solve(one.rows(), one.capacity)) continue;
    for (std::size_t row = 0; row < one.costs.size(); ++row) {
      for (std::size_t j = 0; j < one.capacity.size(); ++j) {
        if (one.costs[row][j] >= kForbidden) continue;
        Case forced = one;
        for (std::size_t k = 0; k < one.capacity.size(); ++k) {
          if (k != j) forced.costs[row][k] = kForbidden;
        }
        std::vector<std::int64_t> left = one.capacity;
        ASSERT_LE(transport.total() + one.costs[row][j] -
                      transport.row_price(row) - transport.column_price(j),
                  Least(forced, left, 0))
            << "case " << i;
      }
    }
  }
}

}  // namespace
}  // namespace acceld::placement
