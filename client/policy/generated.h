// Arrivals that are drawn: a Poisson process of requests with exponential
// holding times, the same for the same seed on every machine.
// Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "base/units.h"
#include "client/policy/workload.h"

namespace acceld::policy_tool {

// One kind of request.
struct MixEntry {
  std::int64_t weight = 1;  // how often, against the others
  std::size_t user = 0;
  std::size_t pipeline = 0;
  Nanoseconds mean_hold;
};

struct Generator {
  std::int64_t requests = 0;
  Nanoseconds mean_gap;  // between one arrival and the next
  std::int64_t seed = 1;
  std::vector<MixEntry> mix;  // not empty
};

// In the order of time.
[[nodiscard]] std::vector<Arrival> DrawArrivals(const Generator& generator);

}  // namespace acceld::policy_tool
