// Transport: the cheapest way to give every row a column, where a column holds
// a limited number of rows, and the prices that prove it (shortest augmenting
// paths with potentials; R. Jonker and A. Volgenant, 1987, here with column
// capacities). Reused from call to call; not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "placement/cost.h"

namespace acceld::placement {

class Transport {
 public:
  // rows[i][j]: cost of row i in column j; kForbidden: not there. Finite costs
  // must be so small that the sum over all rows fits a Cost. capacity[j] >= 1.
  // Returns whether every row finds a column.
  [[nodiscard]] bool Solve(std::span<const Cost* const> rows,
                           std::span<const std::int64_t> capacity);

  // Of the last Solve() that returned true. Row i in column j instead costs at
  // least total() + rows[i][j] - row_price(i) - column_price(j) in all.
  [[nodiscard]] Cost total() const { return total_; }
  [[nodiscard]] Cost row_price(std::size_t row) const {
    return row_price_[row];
  }
  [[nodiscard]] Cost column_price(std::size_t column) const {
    return column_price_[column];
  }

 private:
  [[nodiscard]] bool AddRow(std::span<const Cost* const> rows,
                            std::span<const std::int64_t> capacity,
                            std::size_t row);
  [[nodiscard]] std::size_t Relax(const Cost* costs, std::size_t row,
                                  Cost reached);
  void Augment(std::size_t column, std::size_t row, Cost length);

  Cost total_ = 0;
  std::vector<Cost> row_price_;
  std::vector<Cost> column_price_;
  std::vector<std::size_t> column_of_;             // by row
  std::vector<std::vector<std::size_t>> rows_of_;  // by column
  std::vector<Cost> distance_;                     // by column
  std::vector<std::size_t> from_;                  // row, by column
  std::vector<std::size_t> unsettled_;             // columns
  std::vector<std::size_t> settled_;               // columns
};

}  // namespace acceld::placement
