// Whether a quota lets an account hold what a request would make it hold. Pure.
#pragma once

#include <vector>

#include "base/result.h"
#include "graph/topology.h"
#include "placement/placement.h"
#include "placement/quota_room.h"
#include "placement/request.h"
#include "policy/policy.h"

namespace acceld::placement {

// What an account would hold with the placement.
[[nodiscard]] QuotaHeld HeldWith(const QuotaUse& use,
                                 const policy::Policy& policy,
                                 const Request& request,
                                 const graph::Topology& topology,
                                 const Placement& placement);

// Refused is only what takes more of a bound and goes beyond it: a policy that
// was made stricter takes nothing back. Errors: kQuotaExceeded (which quota,
// how much is held, and how much would have to be given back).
[[nodiscard]] Status CheckQuota(const policy::AppliedQuota& quota,
                                const QuotaHeld& before,
                                const QuotaHeld& after);

// The same for all that a placement would add to what is held.
[[nodiscard]] Status CheckQuotas(const std::vector<QuotaUse>& quotas,
                                 const policy::Policy& policy,
                                 const Request& request,
                                 const graph::Topology& topology,
                                 const Placement& placement);

}  // namespace acceld::placement
