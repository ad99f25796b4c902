// Runners-up: what each stage would have had without its device, and what that
// costs more. For people who ask why. Pure; thread-safe.
#pragma once

#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/document.h"
#include "graph/topology.h"
#include "placement/candidates.h"
#include "placement/occupancy.h"
#include "placement/placement.h"
#include "placement/request.h"
#include "policy/settings.h"

namespace acceld::placement {

struct RunnerUp {
  std::size_t stage = 0;  // index into request.stages
  graph::VertexId without;
  // Nothing where no placement leaves that device out of the stage.
  std::optional<graph::VertexId> device;
  Cost extra_cost = 0;  // of the whole placement
  // The best without the device: the extra cost is exact. Else it is at most
  // that.
  bool is_proven = false;
};

// One for each device of each stage of `solved`, in their order, each from a
// solve of its own; those for which the budget leaves no time are left out.
[[nodiscard]] std::vector<RunnerUp> FindRunnersUp(
    const Request& request, const CandidateSet& candidates,
    const graph::Topology& topology, const Occupancy& occupancy,
    const policy::Objective& objective, const Budget& budget,
    const Clock& clock, const Solved& solved);

[[nodiscard]] Document ToDocument(const Request& request,
                                  const graph::Topology& topology,
                                  const std::vector<RunnerUp>& runners_up);

}  // namespace acceld::placement
