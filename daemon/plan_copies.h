// How often a pipeline fits at once: what an agent that hands whole pipelines
// out one by one (a node of a cluster) has to know. Pure but for the clock.
#pragma once

#include "base/clock.h"
#include "base/document.h"
#include "base/result.h"
#include "daemon/solve.h"
#include "policy/policy.h"

namespace acceld::daemon {

// The most that is asked for at once: as many as one user may hold anyway.
inline constexpr int kMostCopies = 64;

// Places the pipeline, then again beside what was placed, until `most` copies
// are, no more fits, or the pipeline's deadline, which holds for all together,
// is over. Each copy is placed at its best and none is moved for a later one,
// so it may be that more would fit: the count is a lower bound.
//
// The answer has "outcome" ("placed"), "copies" (objects with "stages", "host",
// "total") and "more": why there are no more ("limit", "unsatisfiable", "busy",
// "timeout", "quota"). Where not one fits, it is the refusal.
// Errors: those of SolvePipeline for the first copy but kUnsatisfiable, kBusy
// and kDeadline. Requires: 1 <= most <= kMostCopies.
[[nodiscard]] Result<Document> PlanCopies(const Document& pipeline, int most,
                                          const policy::Subject& subject,
                                          Snapshot snapshot,
                                          const Clock& clock);

}  // namespace acceld::daemon
