// What a placement pays once, counted anew for Verify() from the definitions of
// docs/placement.md, from what is taken and what is held and with none of the
// solver's code. Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "base/units.h"
#include "graph/topology.h"
#include "placement/occupancy.h"
#include "placement/placement.h"

namespace acceld::placement {

struct PaidOnce {
  std::int64_t accelerators = 0;   // free ones that something is taken of
  std::int64_t units = 0;          // wholly free ones that are broken into
  std::vector<Microwatts> powers;  // of free hardware that is taken of
};

[[nodiscard]] PaidOnce CountPaidOnce(const graph::Topology& topology,
                                     const Occupancy& occupancy,
                                     const Placement& placement);

}  // namespace acceld::placement
