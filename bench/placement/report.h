// Report: what a run measured, as a table for people and as a document.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/document.h"
#include "bench/placement/comparison.h"
#include "bench/placement/measured.h"
#include "bench/placement/rival.h"

namespace acceld::bench {

struct Row {
  std::string name;
  std::size_t devices = 0;
  std::size_t free = 0;
  Measured ours;
  std::vector<Measured> theirs;  // by rival
};

// The table is printed row by row, as runs take long. Names are at most `width`
// characters.
[[nodiscard]] std::string TableHead(const std::vector<Rival>& rivals,
                                    std::size_t width);
[[nodiscard]] std::string TableRow(const Row& row, std::size_t width);
// What the ratios come to, rival by rival; empty without rivals. Over all rows
// where `words` is empty, else over those whose name holds one of the words,
// which commas part.
[[nodiscard]] std::string TableFoot(const std::vector<Rival>& rivals,
                                    const std::vector<Row>& rows,
                                    const std::string& words);

// {"rows": [...], "geometric_means": {...}}; times are real numbers of seconds.
[[nodiscard]] Document ToDocument(const std::vector<Rival>& rivals,
                                  const std::vector<Row>& rows);

// Whether two solvers claim what cannot both be true.
[[nodiscard]] bool HasContradiction(const std::vector<Row>& rows);

}  // namespace acceld::bench
