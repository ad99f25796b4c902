// The cost of a placement, worked out anew for Verify() from the formulas of
// docs/placement.md, with none of the solver's arithmetic. Pure.
#pragma once

#include "graph/topology.h"
#include "placement/candidates.h"
#include "placement/occupancy.h"
#include "placement/placement.h"
#include "placement/request.h"
#include "policy/settings.h"

namespace acceld::placement {

// Requires: every link of the placement has a path.
[[nodiscard]] Cost VerifiedCost(const Request& request,
                                const CandidateSet& candidates,
                                const graph::Topology& topology,
                                const Occupancy& occupancy,
                                const policy::Objective& objective,
                                const Placement& placement);

}  // namespace acceld::placement
