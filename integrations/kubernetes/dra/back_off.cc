#include "integrations/kubernetes/dra/back_off.h"

#include <algorithm>

namespace acceld::dra {

std::chrono::milliseconds BackOff(int failures) {
  constexpr std::chrono::milliseconds kFirst{1'000};
  constexpr std::chrono::milliseconds kLongest{60'000};
  constexpr int kDoublings = 6;
  return std::min(kFirst * (1 << std::clamp(failures - 1, 0, kDoublings)),
                  kLongest);
}

std::chrono::milliseconds Spread(std::chrono::milliseconds time,
                                 std::uint32_t chance) {
  constexpr std::uint32_t kParts = 1'000;
  const auto part = static_cast<std::int64_t>(chance % kParts);
  return time - time / 4 + time * part / (2 * kParts);
}

}  // namespace acceld::dra
