// DenseAssignment: the cheapest way to give every row of a small dense matrix a
// column of its own, and the matrix less the prices that prove it (shortest
// augmenting paths, R. Jonker and A. Volgenant, 1987). What
// search/transport.h does for few rows and many columns of large numbers, for
// matrices that are solved by the hundred thousand. Reused from call to call;
// not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace acceld::placement {

class DenseAssignment {
 public:
  // Entries that are not allowed. The sum of two still fits.
  static constexpr std::int32_t kDead = std::int32_t{1} << 29;
  // No total may be asked for that is larger: with up to 32 rows no price then
  // comes near kDead.
  static constexpr std::int32_t kMostTotal = (std::int32_t{1} << 22) - 1;
  static constexpr std::size_t kMostRows = 32;

  // costs: rows x columns, row by row, none negative. Returns the least total
  // and takes the prices from the matrix: what is left of the allowed entries
  // is not negative, and every choice of one column for each row costs less
  // than before by the total. Nothing, and the matrix as it was, where no
  // choice costs `most` or less. Requires: rows <= columns, kMostRows; most <=
  // kMostTotal.
  [[nodiscard]] std::optional<std::int32_t> Reduce(std::int32_t* costs,
                                                   std::size_t rows,
                                                   std::size_t columns,
                                                   std::int32_t most);

 private:
  using Row = std::int32_t;

  [[nodiscard]] bool TakeMinima(const std::int32_t* costs, std::int32_t most);
  void Displace(const std::int32_t* costs, std::int32_t most);
  [[nodiscard]] bool Augment(const std::int32_t* costs, Row row,
                             std::int32_t most);
  void Relax(const std::int32_t* entries, Row row, std::int32_t reached);
  [[nodiscard]] std::size_t Nearest() const;
  void Reprice(std::int32_t length);
  void Assign(Row row, std::size_t column) {
    column_of_[static_cast<std::size_t>(row)] = column;
    row_of_[column] = row;
  }

  std::size_t rows_ = 0;
  std::size_t columns_ = 0;
  std::vector<std::int32_t> row_price_;
  std::vector<std::int32_t> column_price_;  // not positive
  std::vector<std::size_t> column_of_;      // by row
  std::vector<Row> row_of_;                 // by column
  std::vector<std::int32_t> distance_;      // by column
  std::vector<std::int32_t> passed_;  // by column: more than 0 where settled
  std::vector<Row> from_;             // by column
  std::vector<std::size_t> settled_;  // columns
};

}  // namespace acceld::placement
