// Comparison: one solver's answer beside another's, and how many times faster
// the one was. No ratio where they did not do the same work. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "bench/placement/measured.h"

namespace acceld::bench {

struct Comparison {
  // Both cannot be right: the costs differ and both claim proof, or one is
  // below what the other has proven.
  bool contradicts = false;
  // Their time over ours; nothing where ours is not proved, theirs ended
  // without a proof before the limit, or the two contradict each other.
  std::optional<double> ratio;
  bool is_at_least = false;  // theirs is the limit: the ratio is at least that
  std::string why_not;       // why there is no ratio
};

[[nodiscard]] Comparison Compare(const Measured& ours, const Measured& theirs);

// Nothing of nothing. Requires: all are positive.
[[nodiscard]] std::optional<double> GeometricMean(
    const std::vector<double>& ratios);

}  // namespace acceld::bench
