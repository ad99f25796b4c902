// Stated flows: the traffic that a request states, between the classes of its
// problem. What it is silent about is a weight of the objective and loads no
// link. Pure.
#pragma once

#include <vector>

#include "placement/link_loads.h"
#include "placement/pair_table.h"
#include "placement/request.h"

namespace acceld::placement {

// Requires: `classes` are those of the request: its stages in their order, then
// the host and the buffers.
[[nodiscard]] std::vector<StatedFlow> StatedFlows(
    const Request& request, const std::vector<VariableClass>& classes);

}  // namespace acceld::placement
