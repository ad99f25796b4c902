// Timeline: a history in equal steps of time, for charts.
// Pure; values.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "client/policy/simulation.h"
#include "client/policy/workload.h"

namespace acceld::policy_tool {

// Means over the time of each step.
struct Timeline {
  std::vector<double> free;                            // accelerators
  std::vector<double> largest_whole;                   // accelerators
  std::vector<std::vector<double>> held;               // by user
  std::map<std::string, std::vector<double>> refused;  // by reason: requests
};

// Requires: steps > 0.
[[nodiscard]] Timeline MakeTimeline(const Workload& workload,
                                    const History& history, std::size_t steps);

}  // namespace acceld::policy_tool
