// Improve: makes a placement better by moves of one variable and exchanges of
// two, as long as that helps. Gives the search a good bound early. Pure.
#pragma once

#include <functional>

#include "placement/problem.h"
#include "placement/search/state.h"

namespace acceld::placement {

// The cost of a whole assignment; kForbidden where a rule does not hold.
[[nodiscard]] Cost Evaluate(const Problem& problem, const Assignment& values);

// Requires: Evaluate(values) == total, finite. Returns the new total, which is
// no larger. Ends early where `stopped` says so.
Cost Improve(const Problem& problem, const std::function<bool()>& stopped,
             Cost total, Assignment& values);

}  // namespace acceld::placement
