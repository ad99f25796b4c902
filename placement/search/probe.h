// Probe: a depth-first search that needs next to no set-up, for problems so
// small that it is done before a bound (search/bounds.h) could be made.
// Variables are placed in the order of their classes, the value that adds least
// first; what is left costs at least the least cell of every table. Of
// placements that cost the same the one that is found first counts, so the
// answer depends on the problem alone.
#pragma once

#include <cstdint>
#include <optional>

#include "placement/problem.h"
#include "placement/search/state.h"

namespace acceld::placement {

struct ProbeResult {
  std::optional<Assignment> values;  // nothing where none was found
  Cost total = kForbidden;
  std::int64_t nodes = 0;
  bool complete = false;  // no placement costs less
};

// Whether the problem is of that size, and has no costs and rules but those of
// values, pairs and resources.
[[nodiscard]] bool IsTiny(const Problem& problem);

// Requires: IsTiny(problem). `first_only`: any placement will do.
[[nodiscard]] ProbeResult Probe(const Problem& problem, std::int64_t max_nodes,
                                bool first_only);

}  // namespace acceld::placement
