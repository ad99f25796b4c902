// Table: columns for people. Cells that do not fit the width are wrapped at
// their spaces, the widest column first.
// Not thread-safe; lives on the stack of one rendering.
#pragma once

#include <string>
#include <vector>

#include "client/topo/look.h"

namespace acceld::topo {

class Table {
 public:
  // `headings` fixes the number of columns. The first column is a key.
  explicit Table(std::vector<std::string> headings);

  // Requires: as many cells as headings.
  void AddRow(std::vector<std::string> cells);
  [[nodiscard]] bool empty() const { return rows_.empty(); }

  // Columns in which no row has anything are left out.
  [[nodiscard]] std::string ToText(const Look& look) const;

 private:
  [[nodiscard]] std::vector<std::size_t> Widths(const Look& look) const;

  std::vector<std::string> headings_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace acceld::topo
