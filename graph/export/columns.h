// Columns: things of given sizes, in order, set into columns.
// Pure functions; no threading rule.
#pragma once

#include <cstddef>
#include <vector>

namespace acceld::graph::exports {

struct Size {
  int width = 0;
  int height = 0;
};

struct Gaps {
  int column = 0;  // between two columns
  int row = 0;     // between two things of a column
};

// How a list is split: the index after the last thing of each column.
struct ColumnSplit {
  std::vector<std::size_t> ends;
  std::vector<int> widths;  // of each column
  Size size;
};

// As many columns as bring the whole nearest to `ratio` times as wide as high
// (in hundredths), each filled from the top; the fewer where two do equally
// well. Complexity: O(n log h) for each number of columns tried, at most 24.
[[nodiscard]] ColumnSplit SplitIntoColumns(const std::vector<Size>& sizes,
                                           const Gaps& gaps, int ratio);
// As many columns as fit into `width`, but at least one.
[[nodiscard]] ColumnSplit SplitToWidth(const std::vector<Size>& sizes,
                                       const Gaps& gaps, int width);
// Side by side.
[[nodiscard]] ColumnSplit SetInOneRow(const std::vector<Size>& sizes,
                                      const Gaps& gaps);

}  // namespace acceld::graph::exports
