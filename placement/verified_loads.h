// What a placement puts on the links of the machine, added up for Verify() link
// by link; shares nothing with the solver but the facts. Pure.
#pragma once

#include "base/result.h"
#include "graph/topology.h"
#include "placement/placement.h"
#include "placement/request.h"

namespace acceld::placement {

// Whether every direction of every link has room for all the stated traffic
// that goes over it. Errors: kInternal.
[[nodiscard]] Status CheckLoads(const Request& request,
                                const graph::Topology& topology,
                                const Placement& placement);

}  // namespace acceld::placement
