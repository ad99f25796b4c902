// What a placement makes of a link's limits: how near, how wide and how slow
// the link is there. Pure.
#pragma once

#include <string>

#include "graph/topology.h"
#include "placement/problem.h"
#include "placement/relaxation.h"
#include "placement/request.h"
#include "placement/search/state.h"

namespace acceld::placement {

// The limit with which the placement `found` would have met `demand`, in the
// words of a request ("same-numa", "12GB/s", "640ns"); "" for demands that are
// no limits of links, and where there is none.
// Requires: `found` places all of `problem`, which was made of `request`.
[[nodiscard]] std::string AchievedLimit(const Relaxation& demand,
                                        const Request& request,
                                        const graph::Topology& topology,
                                        const Problem& problem,
                                        const Assignment& found);

}  // namespace acceld::placement
