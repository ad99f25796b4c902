// Counts: how many replicas of each class, as one number. With it a table over
// all sub-multisets of the variables is an array, and where replicas are many
// it is far smaller than one over all subsets. A value; thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace acceld::placement {

class Counts {
 public:
  // A multiset of variables: the sum over classes of count x unit(class).
  using Code = std::uint32_t;

  // Whether tables over all multisets are small enough to be worth it.
  [[nodiscard]] static bool Fits(const std::vector<std::int64_t>& counts);

  // `counts`: of each class. Requires: Fits(counts).
  explicit Counts(const std::vector<std::int64_t>& counts);

  [[nodiscard]] Code unit(std::size_t c) const { return unit_[c]; }
  [[nodiscard]] Code all() const { return static_cast<Code>(size() - 1); }
  [[nodiscard]] std::size_t size() const { return parts_begin_.size() - 1; }
  // Pairs of a multiset and a part of it: what combining two tables costs.
  [[nodiscard]] std::int64_t pairs() const {
    return static_cast<std::int64_t>(parts_.size());
  }
  [[nodiscard]] std::int64_t Of(Code code, std::size_t c) const {
    return static_cast<std::int64_t>(code / unit_[c] % base_[c]);
  }
  // Every sub-multiset, itself and the empty one among them; the rest of a
  // part is `code - part`.
  [[nodiscard]] const Code* PartsBegin(Code code) const {
    return parts_.data() + parts_begin_[code];
  }
  [[nodiscard]] const Code* PartsEnd(Code code) const {
    return parts_.data() + parts_begin_[code + 1];
  }

 private:
  std::vector<Code> unit_;  // by class
  std::vector<Code> base_;  // count + 1, by class
  std::vector<Code> parts_;
  std::vector<std::size_t> parts_begin_;
};

}  // namespace acceld::placement
