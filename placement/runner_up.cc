#include "placement/runner_up.h"

#include <algorithm>
#include <set>
#include <utility>
#include <variant>

namespace acceld::placement {
namespace {

// A device that the stage has in `now` and not in `before`.
graph::VertexId NewDevice(std::size_t stage, const Placement& before,
                          const Placement& now) {
  std::set<graph::VertexId> had;
  for (const StageAssignment& one : before.stages) {
    if (one.stage == stage) had.insert(one.device);
  }
  std::optional<graph::VertexId> any;
  for (const StageAssignment& one : now.stages) {
    if (one.stage != stage) continue;
    if (!had.contains(one.device)) return one.device;
    any = one.device;
  }
  // Its replicas moved together onto another that the stage had.
  return *any;
}

}  // namespace

std::vector<RunnerUp> FindRunnersUp(const Request& request,
                                    const CandidateSet& candidates,
                                    const graph::Topology& topology,
                                    const Occupancy& occupancy,
                                    const policy::Objective& objective,
                                    const Budget& budget, const Clock& clock,
                                    const Solved& solved) {
  Budget quick = budget;
  quick.explain = false;
  std::vector<RunnerUp> found;
  std::set<std::pair<std::size_t, graph::VertexId>> seen;
  CandidateSet others = candidates;
  for (const StageAssignment& one : solved.placement.stages) {
    if (!seen.emplace(one.stage, one.device).second) continue;
    // Before the solve is set up, which takes its time on a large machine.
    if (clock.Now() >= budget.deadline) return found;
    auto& devices = others.stages[one.stage].devices;
    std::erase(devices, one.device);
    RunnerUp next;
    next.stage = one.stage;
    next.without = one.device;
    const Outcome outcome =
        Solve(request, others, topology, occupancy, objective, quick, clock);
    devices = candidates.stages[one.stage].devices;
    if (std::holds_alternative<TimedOut>(outcome)) return found;
    if (const auto* best = std::get_if<Solved>(&outcome)) {
      next.device = NewDevice(one.stage, solved.placement, best->placement);
      next.extra_cost =
          std::max<Cost>(0, best->placement.total - solved.placement.total);
      next.is_proven =
          best->proof == Proof::kOptimal && solved.proof == Proof::kOptimal;
    } else {
      next.is_proven = true;
    }
    found.push_back(next);
  }
  return found;
}

Document ToDocument(const Request& request, const graph::Topology& topology,
                    const std::vector<RunnerUp>& runners_up) {
  Document::Array all;
  for (const RunnerUp& one : runners_up) {
    Document::Object members{
        {"stage", request.stages[one.stage].name},
        {"without", topology.vertex(one.without).key},
        {"device", one.device ? topology.vertex(*one.device).key : ""}};
    if (one.device) members.emplace_back("extra_cost", one.extra_cost);
    members.emplace_back("proven", one.is_proven);
    all.push_back(std::move(members));
  }
  return all;
}

}  // namespace acceld::placement
