// Measured: what one solver answered of one problem, and how long it took.
// Plain values.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace acceld::bench {

using Seconds = std::chrono::duration<double>;

// How much a solver may do.
struct Effort {
  Seconds limit{60};
  int repeat = 11;          // runs at most, of which the median counts
  std::size_t threads = 1;  // of ours, in long searches of instances
};

// Runs end once a problem took this long in all, whatever Effort says.
inline constexpr Seconds kEnoughTime{1};

struct Measured {
  std::optional<std::int64_t> cost;         // of the best placement found
  std::optional<std::int64_t> lower_bound;  // proven
  bool proved = false;                      // nothing is better
  std::optional<std::int64_t> nodes;        // of the search tree
  Seconds time{0};                          // set-up included; median
  bool at_limit = false;                    // ended by the limit
  std::string trouble;                      // why there is no answer; empty
};

}  // namespace acceld::bench
