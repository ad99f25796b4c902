// Why nothing fits, in words for a person.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "graph/topology.h"
#include "placement/candidates.h"
#include "placement/occupancy.h"
#include "placement/placement.h"
#include "placement/problem.h"
#include "placement/request.h"
#include "policy/settings.h"

namespace acceld::placement {

// One line for each part of the pipeline that has no place at all; empty where
// each has one. A stage's line counts its rejected devices by reason, without
// those that the caller may not see.
[[nodiscard]] std::vector<std::string> ExplainEmpty(
    const Request& request, const CandidateSet& candidates,
    const graph::Topology& topology, const Problem& problem);

// For a request whose parts each have a place and which still does not fit: a
// set of its demands that cannot all be met and of which none can be left out
// of that (found by deletion: each is dropped, and stays dropped where nothing
// fits without it either), and which of them, dropped alone, make it fit.
// Within the budget; where that ends, the set may be larger than it need be,
// and the text says so.
[[nodiscard]] std::vector<std::string> ExplainConflict(
    const Request& request, const CandidateSet& candidates,
    const graph::Topology& topology, const Occupancy& occupancy,
    const policy::Objective& objective, const Budget& budget,
    const Clock& clock);

}  // namespace acceld::placement
