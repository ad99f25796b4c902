// Bits: a set of small numbers, such as the rules of a policy that speak of a
// device. A value; no threading rule.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace acceld::policy {

class Bits {
 public:
  static constexpr std::size_t kWord = 64;

  Bits() = default;
  explicit Bits(std::size_t size) : words_((size + kWord - 1) / kWord) {}

  // Requires: below the size.
  void Set(std::size_t bit) {
    words_[bit / kWord] |= std::uint64_t{1} << bit % kWord;
  }
  // False beyond the size.
  [[nodiscard]] bool Has(std::size_t bit) const {
    return bit / kWord < words_.size() &&
           (words_[bit / kWord] >> bit % kWord & 1) != 0;
  }
  [[nodiscard]] const std::vector<std::uint64_t>& words() const {
    return words_;
  }

 private:
  std::vector<std::uint64_t> words_;
};

}  // namespace acceld::policy
