// FindBest: the search of a problem by the means that fit its size: a probe
// (search/probe.h) where that may be all it takes, then the search with bounds
// (search/search.h), which starts from what the probe found.
#pragma once

#include "base/clock.h"
#include "placement/problem.h"
#include "placement/search/search.h"

namespace acceld::placement {

// Nodes of the probe count as those of the search.
[[nodiscard]] SearchResult FindBest(const Problem& problem,
                                    const SearchLimits& limits,
                                    const Clock& clock);

}  // namespace acceld::placement
