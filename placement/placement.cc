#include "placement/placement.h"

#include <chrono>
#include <utility>

#include "base/check.h"
#include "placement/conflict.h"
#include "placement/cost_terms.h"
#include "placement/places.h"
#include "placement/problem.h"
#include "placement/search/find_best.h"

namespace acceld::placement {
namespace {

Nanoseconds Since(SteadyTime start, const Clock& clock) {
  const auto passed = clock.Now() - start;
  return Nanoseconds(
      std::chrono::duration_cast<std::chrono::nanoseconds>(passed).count());
}

// Where no data flows from or to the host, it costs nothing anywhere: the node
// with the shortest way to the first device, so that control is near.
graph::VertexId NearestHost(const Request& request,
                            const graph::Topology& topology,
                            graph::VertexId device) {
  const auto nodes = HostNodes(topology, request.client);
  ACCELD_CHECK(!nodes.empty());  // ExplainEmpty() refused that
  graph::VertexId nearest = nodes.front();
  graph::Topology::Cost least = topology.CostBetween(nearest, device);
  for (const graph::VertexId node : nodes) {
    const graph::Topology::Cost path = topology.CostBetween(node, device);
    if (!path.reachable) continue;
    if (least.reachable && path.latency >= least.latency) continue;
    nearest = node;
    least = path;
  }
  return nearest;
}

Placement ToPlacement(const Request& request, const graph::Topology& topology,
                      const Problem& problem,
                      const std::vector<std::vector<std::size_t>>& values) {
  Placement placement;
  bool has_host = false;
  for (std::size_t c = 0; c < problem.classes.size(); ++c) {
    const VariableClass& of = problem.classes[c];
    for (std::size_t replica = 0; replica < values[c].size(); ++replica) {
      const graph::VertexId vertex = of.domain[values[c][replica]];
      switch (of.kind) {
        case VariableClass::Kind::kStage:
          placement.stages.push_back(
              {of.index, static_cast<std::int64_t>(replica), vertex});
          break;
        case VariableClass::Kind::kBuffer:
          placement.buffers.push_back({of.index, vertex});
          break;
        case VariableClass::Kind::kHostNode:
          placement.host = vertex;
          has_host = true;
          break;
      }
    }
  }
  if (!has_host) {
    placement.host =
        NearestHost(request, topology, placement.stages.front().device);
  }
  return placement;
}

}  // namespace

std::string_view Name(Proof proof) {
  return proof == Proof::kOptimal ? "optimal" : "feasible";
}

Outcome Solve(const Request& request, const CandidateSet& candidates,
              const graph::Topology& topology, const Occupancy& occupancy,
              const policy::Objective& objective, const Budget& budget,
              const Clock& clock) {
  const SteadyTime start = clock.Now();
  const auto problem =
      BuildProblem(request, candidates, topology, occupancy, objective);
  auto empty = ExplainEmpty(request, candidates, topology, *problem);
  if (!empty.empty()) return Infeasible{{std::move(empty), {}, true}};
  const SearchLimits limits{budget.deadline, budget.max_nodes, false};
  const SearchResult result = FindBest(*problem, limits, clock);
  if (!result.values) {
    if (!result.complete) return TimedOut{result.nodes};
    if (!budget.explain) return Infeasible{};
    return Infeasible{ExplainConflict(request, candidates, topology, occupancy,
                                      objective, budget, clock)};
  }
  Solved solved;
  solved.placement = ToPlacement(request, topology, *problem, *result.values);
  solved.placement.terms = CostTerms(request, candidates, topology, occupancy,
                                     objective, solved.placement);
  for (const CostTerm& term : solved.placement.terms) {
    solved.placement.total = AddCost(solved.placement.total, term.cost);
  }
  ACCELD_CHECK(solved.placement.total == result.total);
  solved.lower_bound = result.lower_bound;
  solved.proof =
      result.lower_bound == result.total ? Proof::kOptimal : Proof::kFeasible;
  solved.nodes = result.nodes;
  solved.elapsed = Since(start, clock);
  return solved;
}

}  // namespace acceld::placement
