#include "placement/search/counts.h"

namespace acceld::placement {
namespace {

// Pairs of a multiset and a part of it: what combining two tables costs.
constexpr std::int64_t kMostPairs = 200'000;

}  // namespace

bool Counts::Fits(const std::vector<std::int64_t>& counts) {
  std::int64_t pairs = 1;
  for (const std::int64_t count : counts) {
    if (count > kMostPairs) return false;
    pairs *= (count + 1) * (count + 2) / 2;
    if (pairs > kMostPairs) return false;
  }
  return true;
}

Counts::Counts(const std::vector<std::int64_t>& counts) {
  Code size = 1;
  for (const std::int64_t count : counts) {
    unit_.push_back(size);
    base_.push_back(static_cast<Code>(count) + 1);
    size *= base_.back();
  }
  for (Code code = 0; code < size; ++code) {
    parts_begin_.push_back(parts_.size());
    parts_.push_back(0);
    const std::size_t begin = parts_begin_.back();
    for (std::size_t c = 0; c < unit_.size(); ++c) {
      const std::size_t end = parts_.size();
      for (Code n = 1; n <= static_cast<Code>(Of(code, c)); ++n) {
        for (std::size_t i = begin; i < end; ++i) {
          parts_.push_back(parts_[i] + n * unit_[c]);
        }
      }
    }
  }
  parts_begin_.push_back(parts_.size());
}

}  // namespace acceld::placement
