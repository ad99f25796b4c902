// Dice: numbers for random cases, from a seed or from bytes that somebody else
// chooses: RapidCheck, which then shrinks the case by shrinking the bytes, or
// libFuzzer. The same input gives the same numbers everywhere. Tests only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace acceld::testing {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  // Draws are the bytes in turn, one each where that is enough, and the lowest
  // number there is once they have run out: fewer and smaller bytes make a
  // simpler case.
  explicit Dice(std::vector<std::uint8_t> choices)
      : choices_(std::move(choices)), is_chosen_(true) {}

  // From `low` to `high`. Requires: low <= high.
  std::int64_t Draw(std::int64_t low, std::int64_t high) {
    const auto span = static_cast<std::uint64_t>(high - low + 1);
    const std::uint64_t raw = is_chosen_ ? Chosen(span) : Random();
    return low + static_cast<std::int64_t>(raw % span);
  }
  // True in one of `n` cases, false where choices have run out.
  bool OneOf(std::int64_t n) { return Draw(1, n) == n; }

 private:
  std::uint64_t Chosen(std::uint64_t span) {
    std::uint64_t raw = 0;
    for (std::uint64_t reach = 1; reach < span; reach *= 256) {
      raw *= 256;
      if (next_ < choices_.size()) raw += choices_[next_++];
    }
    return raw;
  }
  // SplitMix64 (Steele, Lea, Flood 2014): the standard distributions differ
  // between libraries.
  std::uint64_t Random() {
    state_ += 0x9e3779b97f4a7c15ULL;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }

  std::uint64_t state_ = 0;
  std::vector<std::uint8_t> choices_;
  std::size_t next_ = 0;
  bool is_chosen_ = false;
};

}  // namespace acceld::testing
