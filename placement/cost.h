// Cost arithmetic of the objective (docs/placement.md): exact non-negative
// integers that saturate, and one value for "may not be". Pure.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/units.h"
#include "policy/settings.h"

namespace acceld::placement {

// kB/s of traffic times ns of path cost.
using Cost = std::int64_t;

// Sums and products stop here: about 1.15e18, the cost of 1 TB/s over more
// than a second. The sum of two still fits below kForbidden, and the sum of
// two kForbidden still fits an int64_t: no addition needs an overflow check.
inline constexpr Cost kMaxCost = (Cost{1} << 60) - 1;
// More than any cost: a combination that a hard constraint excludes.
inline constexpr Cost kForbidden = Cost{1} << 61;

// Requires: 0 <= a, b <= kForbidden. Forbidden where one of them is.
[[nodiscard]] constexpr Cost AddCost(Cost a, Cost b) {
  const Cost sum = a + b;
  return sum >= kForbidden ? kForbidden : std::min(sum, kMaxCost);
}

// Requires: a, b >= 0, finite.
[[nodiscard]] constexpr Cost MultiplyCost(Cost a, Cost b) {
  Cost product = 0;
  if (__builtin_mul_overflow(a, b, &product)) return kMaxCost;
  return std::min(product, kMaxCost);
}

// Policy terms are weighed as so many ns for this traffic, 1 GB/s: a
// spread_weight of 500 sends a stage up to 500 ns farther per open in use.
inline constexpr Cost kReferenceTraffic = 1'000'000;  // kB/s

// What a device costs that shall serve only where no other can: a second at
// 1 GB/s, more than any way through a machine costs.
inline constexpr Cost kAvoidedCost = kReferenceTraffic * 1'000'000'000;

// latency_weight x latency + transfer_weight x the time that 64 KiB take at
// `bandwidth`, rounded up, in ns. Forbidden where the bandwidth is 0.
[[nodiscard]] Cost PathCost(const policy::Objective& objective,
                            Nanoseconds latency, BytesPerSecond bandwidth);

// What one of `parts` equal parts of the traffic is, in kB/s, rounded up: each
// part is the same, so that replicas can be exchanged for one another. The sum
// of the parts may exceed the traffic by less than `parts` kB/s.
// Requires: parts > 0.
[[nodiscard]] Cost TrafficShare(BytesPerSecond traffic, std::int64_t parts);

}  // namespace acceld::placement
