// Quotas, counted anew for Verify(). Pure.
#pragma once

#include "base/result.h"
#include "graph/topology.h"
#include "placement/candidates.h"
#include "placement/placement.h"
#include "placement/request.h"

namespace acceld::placement {

// Whether the placement takes no more than each quota leaves.
// Errors: kInternal.
[[nodiscard]] Status CheckQuotas(const Request& request,
                                 const CandidateSet& candidates,
                                 const graph::Topology& topology,
                                 const Placement& placement);

}  // namespace acceld::placement
