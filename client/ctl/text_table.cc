#include "client/ctl/text_table.h"

#include <algorithm>

#include "base/utf8.h"

namespace acceld::ctl {
namespace {

constexpr std::size_t kMaxCell = 512;
constexpr std::size_t kGap = 2;

// Characters, not bytes: good enough for what devices are called.
std::size_t WidthOf(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

}  // namespace

void TextTable::Add(std::vector<std::string> cells) {
  cells.resize(columns_.size());
  for (std::string& cell : cells) cell = Printable(cell, kMaxCell);
  rows_.push_back(std::move(cells));
}

std::string TextTable::ToText(std::size_t indent) const {
  std::vector<std::string> heads;
  for (const Column& column : columns_) heads.push_back(column.head);
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t width = WidthOf(heads[i]);
    for (const auto& row : rows_) width = std::max(width, WidthOf(row[i]));
    widths.push_back(width);
  }
  std::string text;
  const auto add_line = [&](const std::vector<std::string>& cells) {
    std::string line(indent, ' ');
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const std::string padding(widths[i] - WidthOf(cells[i]), ' ');
      const bool right = columns_[i].align == Align::kRight;
      line.append(right ? padding + cells[i] : cells[i] + padding);
      line.append(kGap, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text.append(line).push_back('\n');
  };
  add_line(heads);
  for (const auto& row : rows_) add_line(row);
  return text;
}

}  // namespace acceld::ctl
