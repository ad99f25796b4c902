// CheckedSolve: the whole of placement on one request, with everything checked
// that must hold whatever was asked. Fuzz targets only.
#pragma once

#include "graph/topology.h"
#include "placement/occupancy.h"
#include "placement/request.h"
#include "policy/settings.h"

namespace acceld::testing {

// Aborts where the verifier refuses an answer, bounds contradict each other,
// the same question gets two answers, or an answer cannot be printed.
void CheckedSolve(const placement::Request& request,
                  const graph::Topology& topology,
                  const placement::Occupancy& occupancy,
                  const policy::Objective& objective);

}  // namespace acceld::testing
