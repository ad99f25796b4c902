#include "graph/export/columns.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>

namespace acceld::graph::exports {
namespace {

constexpr std::size_t kMostColumns = 24;

// Fills one column after the other, none higher than `height`.
std::vector<std::size_t> Fill(const std::vector<Size>& sizes, int row_gap,
                              int height) {
  std::vector<std::size_t> ends;
  int filled = -row_gap;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    if (filled + row_gap + sizes[i].height > height && i != 0) {
      ends.push_back(i);
      filled = -row_gap;
    }
    filled += row_gap + sizes[i].height;
  }
  ends.push_back(sizes.size());
  return ends;
}

ColumnSplit Measure(const std::vector<Size>& sizes, const Gaps& gaps,
                    std::vector<std::size_t> ends) {
  ColumnSplit split;
  std::size_t start = 0;
  split.size.width = -gaps.column;
  for (const std::size_t end : ends) {
    int width = 0;
    int height = -gaps.row;
    for (std::size_t i = start; i < end; ++i) {
      width = std::max(width, sizes[i].width);
      height += gaps.row + sizes[i].height;
    }
    split.widths.push_back(width);
    split.size.width += gaps.column + width;
    split.size.height = std::max(split.size.height, height);
    start = end;
  }
  split.ends = std::move(ends);
  return split;
}

// At most `columns` of them, the highest as low as can be.
ColumnSplit SplitInto(std::size_t columns, const std::vector<Size>& sizes,
                      const Gaps& gaps) {
  int low = 0;
  int high = -gaps.row;
  for (const Size& size : sizes) {
    low = std::max(low, size.height);
    high += gaps.row + size.height;
  }
  while (low < high) {
    const int middle = low + (high - low) / 2;
    if (Fill(sizes, gaps.row, middle).size() <= columns) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return Measure(sizes, gaps, Fill(sizes, gaps.row, low));
}

}  // namespace

ColumnSplit SplitIntoColumns(const std::vector<Size>& sizes, const Gaps& gaps,
                             int ratio) {
  ColumnSplit best;
  auto least = std::numeric_limits<std::int64_t>::max();
  const std::size_t most = std::min(sizes.size(), kMostColumns);
  for (std::size_t columns = 1; columns <= most; ++columns) {
    ColumnSplit split = SplitInto(columns, sizes, gaps);
    const std::int64_t side = std::max(std::int64_t{split.size.width} * 100,
                                       std::int64_t{split.size.height} * ratio);
    if (side >= least) continue;
    least = side;
    best = std::move(split);
  }
  return best;
}

ColumnSplit SplitToWidth(const std::vector<Size>& sizes, const Gaps& gaps,
                         int width) {
  ColumnSplit best = SplitInto(1, sizes, gaps);
  const std::size_t most = std::min(sizes.size(), kMostColumns);
  for (std::size_t columns = 2; columns <= most; ++columns) {
    ColumnSplit split = SplitInto(columns, sizes, gaps);
    if (split.size.width > width) break;
    best = std::move(split);
  }
  return best;
}

ColumnSplit SetInOneRow(const std::vector<Size>& sizes, const Gaps& gaps) {
  std::vector<std::size_t> ends;
  for (std::size_t i = 1; i <= sizes.size(); ++i) ends.push_back(i);
  return Measure(sizes, gaps, std::move(ends));
}

}  // namespace acceld::graph::exports
