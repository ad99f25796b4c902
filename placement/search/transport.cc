#include "placement/search/transport.h"

#include <algorithm>
#include <numeric>

namespace acceld::placement {
namespace {

constexpr std::size_t kNoColumn = static_cast<std::size_t>(-1);

}  // namespace

bool Transport::Solve(std::span<const Cost* const> rows,
                      std::span<const std::int64_t> capacity) {
  const std::size_t columns = capacity.size();
  row_price_.assign(rows.size(), 0);
  column_price_.assign(columns, 0);
  column_of_.assign(rows.size(), kNoColumn);
  if (rows_of_.size() < columns) rows_of_.resize(columns);
  for (std::size_t j = 0; j < columns; ++j) rows_of_[j].clear();
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (!AddRow(rows, capacity, row)) return false;
  }
  total_ = 0;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    total_ += rows[row][column_of_[row]];
  }
  return true;
}

bool Transport::AddRow(std::span<const Cost* const> rows,
                       std::span<const std::int64_t> capacity,
                       std::size_t row) {
  const std::size_t columns = capacity.size();
  distance_.assign(columns, kForbidden);
  from_.resize(columns);
  unsettled_.resize(columns);
  std::iota(unsettled_.begin(), unsettled_.end(), std::size_t{0});
  settled_.clear();
  std::size_t nearest = Relax(rows[row], row, 0);
  for (;;) {
    if (nearest == kNoColumn) return false;
    const std::size_t column = unsettled_[nearest];
    const Cost reached = distance_[column];
    if (static_cast<std::int64_t>(rows_of_[column].size()) < capacity[column]) {
      Augment(column, row, reached);
      return true;
    }
    unsettled_[nearest] = unsettled_.back();
    unsettled_.pop_back();
    settled_.push_back(column);
    nearest = kNoColumn;
    for (const std::size_t other : rows_of_[column]) {
      nearest = Relax(rows[other], other, reached);
    }
  }
}

// Returns which of the unsettled columns is the nearest now; of equals the
// least, so that the answer does not depend on the order of settling.
std::size_t Transport::Relax(const Cost* costs, std::size_t row, Cost reached) {
  const Cost offset = reached - row_price_[row];
  std::size_t nearest = kNoColumn;
  Cost least = kForbidden;
  for (std::size_t i = 0; i < unsettled_.size(); ++i) {
    const std::size_t j = unsettled_[i];
    if (costs[j] < kForbidden) {
      const Cost length = offset + costs[j] - column_price_[j];
      if (length < distance_[j]) {
        distance_[j] = length;
        from_[j] = row;
      }
    }
    if (distance_[j] < least ||
        (distance_[j] == least && nearest != kNoColumn &&
         j < unsettled_[nearest])) {
      least = distance_[j];
      nearest = i;
    }
  }
  return nearest;
}

void Transport::Augment(std::size_t column, std::size_t row, Cost length) {
  row_price_[row] += length;
  for (const std::size_t j : settled_) {
    const Cost raise = length - distance_[j];
    column_price_[j] -= raise;
    for (const std::size_t other : rows_of_[j]) row_price_[other] += raise;
  }
  for (std::size_t to = column;;) {
    const std::size_t mover = from_[to];
    const std::size_t before = column_of_[mover];
    column_of_[mover] = to;
    rows_of_[to].push_back(mover);
    if (mover == row) return;
    std::erase(rows_of_[before], mover);
    to = before;
  }
}

}  // namespace acceld::placement
