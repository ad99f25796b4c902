// A simulation as a picture over time: SVG, self-contained.
// Pure.
#pragma once

#include <string>

#include "client/policy/simulation.h"
#include "client/policy/workload.h"

namespace acceld::policy_tool {

// Three panels on one axis of time: who holds how many of the accelerators,
// the largest set that is whole against all that are free, and refusals by
// reason. `title` stands above.
[[nodiscard]] std::string PictureText(const Workload& workload,
                                      const History& history,
                                      const std::string& title);

}  // namespace acceld::policy_tool
