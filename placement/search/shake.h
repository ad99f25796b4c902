// Shake: another placement near a given one, from which search/improve.h may
// find one that is better than both (iterated local search). Pure.
#pragma once

#include <cstdint>

#include "placement/problem.h"
#include "placement/search/state.h"

namespace acceld::placement {

// The places of some variables exchanged at random, a few up to a third of
// them; rules may forbid what comes out. Draws from `random` and moves it on:
// the same numbers in every run.
[[nodiscard]] Assignment Shake(const Problem& problem, const Assignment& values,
                               std::uint64_t& random);

}  // namespace acceld::placement
