// What a placement pays once, as groups of values: free accelerators that it
// takes something of (pack), the power of free boards (power) and units that it
// breaks into (keep whole). Part of BuildProblem(); pure.
#pragma once

#include "graph/topology.h"
#include "placement/occupancy.h"
#include "placement/problem.h"
#include "policy/settings.h"

namespace acceld::placement {

// Adds them to `problem`. What one variable alone can make due becomes a cost
// of its values. Requires: classes and resources are complete, tables are not
// made.
void AddActivations(const graph::Topology& topology, const Occupancy& occupancy,
                    const policy::Objective& objective, Problem& problem);

}  // namespace acceld::placement
