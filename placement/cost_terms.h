// The summands of a placement's cost, one for each link of the pipeline and
// each term of a device by itself that is not zero. Pure.
#pragma once

#include <vector>

#include "graph/topology.h"
#include "placement/candidates.h"
#include "placement/occupancy.h"
#include "placement/placement.h"
#include "placement/request.h"
#include "policy/settings.h"

namespace acceld::placement {

// Requires: `placement` has a device for every replica, a memory for every
// buffer and a host, all from this topology.
[[nodiscard]] std::vector<CostTerm> CostTerms(
    const Request& request, const CandidateSet& candidates,
    const graph::Topology& topology, const Occupancy& occupancy,
    const policy::Objective& objective, const Placement& placement);

}  // namespace acceld::placement
