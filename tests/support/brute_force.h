// BruteForce: the oracle of the solver's tests. Tries every combination of
// devices, memories and hosts, asks the verifier whether it is allowed and adds
// up the cost with formulas of its own. Tests only.
#pragma once

#include <cstdint>
#include <optional>

#include "graph/topology.h"
#include "placement/candidates.h"
#include "placement/occupancy.h"
#include "placement/placement.h"
#include "placement/request.h"
#include "policy/settings.h"

namespace acceld::testing {

// How many combinations there are (saturating).
[[nodiscard]] std::int64_t CountCombinations(
    const placement::Request& request,
    const placement::CandidateSet& candidates, const graph::Topology& topology);

// The least cost of any allowed placement; nothing where none is.
[[nodiscard]] std::optional<placement::Cost> BruteForce(
    const placement::Request& request,
    const placement::CandidateSet& candidates, const graph::Topology& topology,
    const placement::Occupancy& occupancy, const policy::Objective& objective);

}  // namespace acceld::testing
