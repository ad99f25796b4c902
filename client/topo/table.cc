#include "client/topo/table.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

#include "base/check.h"

namespace acceld::topo {
namespace {

constexpr std::size_t kGap = 2;
// A column is not made narrower than this, nor than its longest word, unless
// that is longer than any key is in practice: then it is a path, which may be
// broken.
constexpr std::size_t kNarrowest = 6;
constexpr std::size_t kLongestUnbroken = 32;

using Row = std::vector<std::string>;

// Lines of at most `width` columns, broken at spaces; a word that is longer
// than that is broken where the line ends. Requires: width > 0.
Row Wrap(std::string_view text, std::size_t width) {
  Row lines;
  std::string line;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.empty() && Columns(line) + 1 + Columns(word) > width) {
      lines.push_back(std::exchange(line, {}));
    }
    if (!line.empty()) line.push_back(' ');
    while (Columns(word) > width) {
      // Long words are paths: one byte is one column, and a slash is the best
      // place to break.
      const std::size_t slash = word.substr(0, width).find_last_of('/');
      const bool late = slash != std::string_view::npos && slash > width / 3;
      const std::size_t cut = late ? slash + 1 : width;
      lines.emplace_back(word.substr(0, cut));
      word.remove_prefix(cut);
    }
    line.append(word);
  }
  lines.push_back(std::move(line));
  return lines;
}

std::size_t LongestWord(std::string_view text) {
  std::size_t longest = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    longest = std::max(longest, Columns(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return std::min(longest, kLongestUnbroken);
}

void AppendRow(const Row& cells, const std::vector<std::size_t>& widths,
               Role first, Role others, const Look& look, std::string& out) {
  std::vector<Row> wrapped;
  std::size_t height = 1;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    wrapped.push_back(Wrap(cells[i], std::max<std::size_t>(widths[i], 1)));
    if (widths[i] != 0) height = std::max(height, wrapped.back().size());
  }
  for (std::size_t line = 0; line < height; ++line) {
    std::size_t pending = 0;  // spaces owed before the next text
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (widths[i] == 0) continue;
      const std::string text =
          line < wrapped[i].size() ? wrapped[i][line] : std::string();
      if (!text.empty()) {
        out.append(pending, ' ');
        out.append(look.Paint(text, i == 0 ? first : others));
        pending = 0;
      }
      const std::size_t used = Columns(text);
      pending += widths[i] - std::min(used, widths[i]) + kGap;
    }
    out.push_back('\n');
  }
}

}  // namespace

Table::Table(std::vector<std::string> headings)
    : headings_(std::move(headings)) {}

void Table::AddRow(std::vector<std::string> cells) {
  ACCELD_CHECK(cells.size() == headings_.size());
  rows_.push_back(std::move(cells));
}

std::vector<std::size_t> Table::Widths(const Look& look) const {
  std::vector<std::size_t> widths(headings_.size(), 0);
  std::vector<std::size_t> least(headings_.size(), kNarrowest);
  for (const Row& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], Columns(row[i]));
      least[i] = std::max(least[i], LongestWord(row[i]));
    }
  }
  std::size_t total = 0;
  for (std::size_t i = 0; i < widths.size(); ++i) {
    if (widths[i] == 0) continue;
    widths[i] = std::max(widths[i], Columns(headings_[i]));
    least[i] = std::max(least[i], LongestWord(headings_[i]));
    total += widths[i] + kGap;
  }
  const auto limit = static_cast<std::size_t>(std::max(look.width, 0));
  while (limit != 0 && total > limit + kGap) {
    std::size_t widest = widths.size();
    for (std::size_t i = 0; i < widths.size(); ++i) {
      if (widths[i] <= least[i]) continue;
      if (widest == widths.size() || widths[i] > widths[widest]) widest = i;
    }
    if (widest == widths.size()) break;  // no column can give any more
    --widths[widest];
    --total;
  }
  return widths;
}

std::string Table::ToText(const Look& look) const {
  const std::vector<std::size_t> widths = Widths(look);
  std::string out;
  AppendRow(headings_, widths, Role::kHeading, Role::kHeading, look, out);
  for (const Row& row : rows_) {
    AppendRow(row, widths, Role::kKey, Role::kPlain, look, out);
  }
  return out;
}

}  // namespace acceld::topo
