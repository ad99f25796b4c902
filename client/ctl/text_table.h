// Lines of text in columns, aligned.
// A value type.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace acceld::ctl {

class TextTable {
 public:
  enum class Align { kLeft, kRight };
  struct Column {
    std::string head;
    Align align = Align::kLeft;
  };

  explicit TextTable(std::vector<Column> columns)
      : columns_(std::move(columns)) {}

  // Cells beyond the columns are left out, missing ones are empty. What a
  // terminal must not see becomes '?'.
  void Add(std::vector<std::string> cells);

  [[nodiscard]] bool empty() const { return rows_.empty(); }
  // The head and the rows, two spaces between columns, none at the end of a
  // line. `indent`: spaces before each line.
  [[nodiscard]] std::string ToText(std::size_t indent = 0) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace acceld::ctl
