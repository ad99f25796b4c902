// Greedy: first placements, each grown from one variable by the heaviest tie to
// what is placed, at the site that costs least. Some tens of microseconds for a
// bound that lets the search begin by excluding. Pure.
#pragma once

#include <vector>

#include "placement/problem.h"
#include "placement/search/meter.h"
#include "placement/search/state.h"

namespace acceld::placement {

// Complete placements that meet every rule; none where each start gets stuck.
// Those that were complete when `stopped` said so, where it does. Deterministic
// otherwise.
[[nodiscard]] std::vector<Assignment> GreedyStarts(const Problem& problem,
                                                   const Meter& stopped);

}  // namespace acceld::placement
