// Whether a quota lets an account hold what a request would make it hold. Pure.
#pragma once

#include "base/result.h"
#include "placement/quota_room.h"
#include "policy/policy.h"

namespace acceld::placement {

// Refused is only what takes more of a bound and goes beyond it: a policy that
// was made stricter takes nothing back. Errors: kQuotaExceeded (which quota,
// how much is held, and how much would have to be given back).
[[nodiscard]] Status CheckQuota(const policy::AppliedQuota& quota,
                                const QuotaHeld& before,
                                const QuotaHeld& after);

}  // namespace acceld::placement
