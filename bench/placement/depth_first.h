// Depth-first search without a bound but what is placed already costs: what
// needs no set-up, and what the solver must not be slower than on small hosts.
#pragma once

#include "bench/placement/instance.h"
#include "bench/placement/measured.h"

namespace acceld::bench {

// One run. The clock is looked at every 65,536 nodes.
[[nodiscard]] Measured SearchDepthFirst(const Instance& instance,
                                        Seconds limit);

}  // namespace acceld::bench
