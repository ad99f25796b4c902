// Repeated: the same run some times over, and the median of its times.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "bench/placement/measured.h"

namespace acceld::bench {

// `run` gives a Measured; the answer is the last run's with the median time.
template <typename Run>
[[nodiscard]] Measured Repeated(const Effort& effort, const Run& run) {
  std::vector<Seconds> times;
  Seconds spent{0};
  Measured last;
  do {
    last = run();
    times.push_back(last.time);
    spent += last.time;
  } while (last.trouble.empty() && spent < kEnoughTime &&
           times.size() < static_cast<std::size_t>(effort.repeat));
  const auto middle =
      times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::nth_element(times.begin(), middle, times.end());
  last.time = *middle;
  return last;
}

}  // namespace acceld::bench
