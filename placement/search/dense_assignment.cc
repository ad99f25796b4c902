#include "placement/search/dense_assignment.h"

#include <algorithm>
#include <limits>

namespace acceld::placement {
namespace {

constexpr std::int32_t kNobody = -1;
constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);
// Paths of this length lead over an entry that is not allowed, or cost more
// than any total that is asked for.
constexpr std::int32_t kUnreachable = DenseAssignment::kDead / 2;
// Added to settled columns: more than what is not reached, which is kDead.
constexpr std::int32_t kPassed = DenseAssignment::kDead + 1;

}  // namespace

std::optional<std::int32_t> DenseAssignment::Reduce(std::int32_t* costs,
                                                    std::size_t rows,
                                                    std::size_t columns,
                                                    std::int32_t most) {
  rows_ = rows;
  columns_ = columns;
  if (!TakeMinima(costs, most)) return std::nullopt;
  Displace(costs, most);
  std::int32_t total = 0;
  for (std::size_t row = 0; row < rows; ++row) total += row_price_[row];
  for (std::size_t j = 0; j < columns; ++j) total += column_price_[j];
  for (std::size_t row = 0; row < rows; ++row) {
    if (column_of_[row] != kNowhere) continue;
    if (!Augment(costs, static_cast<Row>(row), most)) return std::nullopt;
  }
  total = 0;
  for (std::size_t row = 0; row < rows; ++row) total += row_price_[row];
  for (std::size_t j = 0; j < columns; ++j) total += column_price_[j];
  if (total > most) return std::nullopt;
  for (std::size_t row = 0; row < rows; ++row) {
    const std::int32_t price = row_price_[row];
    const std::int32_t* const prices = column_price_.data();
    std::int32_t* const entries = costs + row * columns;
    for (std::size_t j = 0; j < columns; ++j) {
      const std::int32_t left = entries[j] - price - prices[j];
      entries[j] = entries[j] >= kDead ? kDead : left;
    }
  }
  return total;
}

// Every row gets its least entry as a price, and that column if it is free.
bool DenseAssignment::TakeMinima(const std::int32_t* costs, std::int32_t most) {
  row_price_.resize(rows_);
  column_price_.assign(columns_, 0);
  column_of_.assign(rows_, kNowhere);
  row_of_.assign(columns_, kNobody);
  distance_.resize(columns_);
  passed_.resize(columns_);
  from_.resize(columns_);
  std::int32_t total = 0;
  for (std::size_t row = 0; row < rows_; ++row) {
    const std::int32_t* const entries = costs + row * columns_;
    std::int32_t least = kDead;
    for (std::size_t j = 0; j < columns_; ++j) {
      least = std::min(least, entries[j]);
    }
    if (least > most - total) return false;
    total += least;
    row_price_[row] = least;
    for (std::size_t j = 0; j < columns_; ++j) {
      if (entries[j] != least || row_of_[j] != kNobody) continue;
      Assign(static_cast<Row>(row), j);
      break;
    }
  }
  return true;
}

// Rows without a column take the one that is cheapest for them, lower its price
// until the second is as cheap, and put out whoever had it (augmenting row
// reduction). Cheaper than a search for a path, for most rows.
void DenseAssignment::Displace(const std::int32_t* costs, std::int32_t most) {
  for (std::size_t first = 0; first < rows_; ++first) {
    std::size_t row = first;
    for (int steps = 0; steps < 4 && column_of_[row] == kNowhere; ++steps) {
      const std::int32_t* const entries = costs + row * columns_;
      const std::int32_t* const prices = column_price_.data();
      std::int32_t least = kDead;
      std::int32_t second = kDead;
      std::size_t column = 0;
      for (std::size_t j = 0; j < columns_; ++j) {
        const std::int32_t cost = entries[j] - prices[j];
        if (cost >= second) continue;
        if (cost < least) {
          second = least;
          least = cost;
          column = j;
        } else {
          second = cost;
        }
      }
      if (second > 2 * most) break;
      row_price_[row] = second;
      column_price_[column] -= second - least;
      const Row before = row_of_[column];
      Assign(static_cast<Row>(row), column);
      if (before == kNobody) break;
      column_of_[static_cast<std::size_t>(before)] = kNowhere;
      row = static_cast<std::size_t>(before);
    }
  }
}

bool DenseAssignment::Augment(const std::int32_t* costs, Row row,
                              std::int32_t most) {
  std::fill(distance_.begin(), distance_.end(), kDead);
  std::fill(passed_.begin(), passed_.end(), 0);
  settled_.clear();
  std::int32_t reached = 0;
  std::size_t column = kNowhere;
  for (Row at = row;;) {
    Relax(costs + static_cast<std::size_t>(at) * columns_, at, reached);
    column = Nearest();
    reached = distance_[column];
    if (reached >= kUnreachable || reached > most) return false;
    if (row_of_[column] == kNobody) break;
    passed_[column] = kPassed;
    settled_.push_back(column);
    at = row_of_[column];
  }
  Reprice(reached);
  row_price_[static_cast<std::size_t>(row)] += reached;
  for (std::size_t to = column;;) {
    const Row mover = from_[to];
    const std::size_t before = column_of_[static_cast<std::size_t>(mover)];
    Assign(mover, to);
    if (mover == row) return true;
    to = before;
  }
}

// What is reached along the row. Settled columns are nearer already.
void DenseAssignment::Relax(const std::int32_t* entries, Row row,
                            std::int32_t reached) {
  const std::int32_t offset =
      reached - row_price_[static_cast<std::size_t>(row)];
  const std::int32_t* const prices = column_price_.data();
  std::int32_t* const distances = distance_.data();
  Row* const from = from_.data();
  for (std::size_t j = 0; j < columns_; ++j) {
    const std::int32_t length = offset + entries[j] - prices[j];
    const bool is_nearer = length < distances[j];
    distances[j] = is_nearer ? length : distances[j];
    from[j] = is_nearer ? row : from[j];
  }
}

// Of the unsettled columns, the first of equals.
std::size_t DenseAssignment::Nearest() const {
  const std::int32_t* const distances = distance_.data();
  const std::int32_t* const passed = passed_.data();
  std::int32_t least = std::numeric_limits<std::int32_t>::max();
  for (std::size_t j = 0; j < columns_; ++j) {
    least = std::min(least, distances[j] + passed[j]);
  }
  std::size_t column = 0;
  while (distances[column] + passed[column] != least) ++column;
  return column;
}

// The settled columns and their rows, so that the path costs nothing.
void DenseAssignment::Reprice(std::int32_t length) {
  for (const std::size_t j : settled_) {
    const std::int32_t raise = length - distance_[j];
    column_price_[j] -= raise;
    row_price_[static_cast<std::size_t>(row_of_[j])] += raise;
  }
}

}  // namespace acceld::placement
