// Why nothing fits: the refusal of a request.
#pragma once

#include <vector>

#include "base/clock.h"
#include "graph/topology.h"
#include "placement/candidates.h"
#include "placement/occupancy.h"
#include "placement/placement.h"
#include "placement/problem.h"
#include "placement/refusal.h"
#include "placement/request.h"
#include "policy/settings.h"

namespace acceld::placement {

// One for each part of the pipeline that has no place at all; empty where each
// has one. A stage's text counts its rejected devices by reason, without those
// that the caller may not see.
[[nodiscard]] std::vector<EmptyPart> ExplainEmpty(
    const Request& request, const CandidateSet& candidates,
    const graph::Topology& topology, const Problem& problem);

// For a request whose parts each have a place and which still does not fit: a
// set of its demands that cannot all be met and of which none can be left out
// of that (found by deletion: each is dropped, and stays dropped where nothing
// fits without it either), and which of them, dropped alone, make it fit.
// Where nothing fits without all of them either, such a set of stages.
// Within the budget; where that ends, the set may be larger than it need be,
// and is marked so.
[[nodiscard]] Refusal ExplainConflict(const Request& request,
                                      const CandidateSet& candidates,
                                      const graph::Topology& topology,
                                      const Occupancy& occupancy,
                                      const policy::Objective& objective,
                                      const Budget& budget, const Clock& clock);

}  // namespace acceld::placement
