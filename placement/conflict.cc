#include "placement/conflict.h"

#include <algorithm>
#include <map>
#include <utility>

#include "placement/places.h"
#include "placement/relaxation.h"
#include "placement/search/search.h"

namespace acceld::placement {
namespace {

// Enough to decide whether anything fits on machines of today; a demand that
// takes more is left out of the explanation.
constexpr std::int64_t kNodesPerTry = 100'000;

// "3 rejected for function, 1 for capacity (instances: 16 of 16 in use)"
std::string CountRejections(const StageCandidates& candidates) {
  std::map<RejectionReason, std::vector<const Rejection*>> by_reason;
  for (const Rejection& rejection : candidates.rejections) {
    if (rejection.reason == RejectionReason::kPolicy) continue;
    by_reason[rejection.reason].push_back(&rejection);
  }
  std::string text;
  for (const auto& [reason, rejections] : by_reason) {
    text.append(text.empty() ? "" : ", ");
    text.append(std::to_string(rejections.size()));
    text.append(" rejected for ").append(Name(reason));
    // What a device lacks is worth showing; what else it offers is not.
    if (reason == RejectionReason::kFunction) continue;
    text.append(" (").append(rejections.front()->text).append(")");
  }
  return text;
}

std::string EmptyStage(const Stage& stage, const StageCandidates& candidates) {
  const std::string counts = CountRejections(candidates);
  std::string text = "stage " + stage.name + " (" + stage.function + "): ";
  if (counts.empty()) return text + "there is no device that you may use";
  return text + "no device can serve it: " + counts;
}

std::string EmptyBuffer(const Request& request, std::size_t link) {
  const Buffer& buffer = *request.links[link].buffer;
  std::string text = "link " + LinkName(request, link) + ": no ";
  if (buffer.kind) text.append(Name(*buffer.kind)).append(" ");
  return text + "memory has " + ToString(buffer.size) + " free";
}

std::string EmptyHost(const Request& request) {
  return request.client.cpus.empty()
             ? "host: no NUMA node of this machine has CPUs"
             : "host: no NUMA node has any of the client's CPUs";
}

bool Fits(const Request& request, const CandidateSet& candidates,
          const graph::Topology& topology, const Occupancy& occupancy,
          const policy::Objective& objective, const Budget& budget,
          const Clock& clock) {
  const auto problem =
      BuildProblem(request, candidates, topology, occupancy, objective);
  const bool has_empty = std::any_of(
      problem->classes.begin(), problem->classes.end(),
      [](const VariableClass& values) { return values.domain.empty(); });
  if (has_empty) return false;
  const SearchLimits limits{budget.deadline, kNodesPerTry, true};
  return Search(*problem, limits, clock).Run().values.has_value();
}

std::string Competition(const Request& request,
                        const CandidateSet& candidates) {
  std::string text = "the stages need more room than their devices have free:";
  for (std::size_t i = 0; i < request.stages.size(); ++i) {
    text.append(i == 0 ? " " : ", ").append(request.stages[i].name);
    text.append(" x ").append(std::to_string(request.stages[i].count));
    text.append(" on ");
    text.append(std::to_string(candidates.stages[i].devices.size()));
    text.append(" candidates");
  }
  return text;
}

}  // namespace

std::vector<std::string> ExplainEmpty(const Request& request,
                                      const CandidateSet& candidates,
                                      const graph::Topology& topology,
                                      const Problem& problem) {
  std::vector<std::string> reasons;
  for (const VariableClass& values : problem.classes) {
    if (!values.domain.empty()) continue;
    if (values.kind == VariableClass::Kind::kStage) {
      reasons.push_back(EmptyStage(request.stages[values.index],
                                   candidates.stages[values.index]));
    } else if (values.kind == VariableClass::Kind::kBuffer) {
      reasons.push_back(EmptyBuffer(request, values.index));
    }
  }
  if (HostNodes(topology, request.client).empty()) {
    reasons.push_back(EmptyHost(request));
  }
  return reasons;
}

std::vector<std::string> ExplainConflict(const Request& request,
                                         const CandidateSet& candidates,
                                         const graph::Topology& topology,
                                         const Occupancy& occupancy,
                                         const policy::Objective& objective,
                                         const Budget& budget,
                                         const Clock& clock) {
  const std::vector<Relaxation> relaxations = Relaxations(request);
  if (relaxations.empty()) return {Competition(request, candidates)};
  std::vector<std::string> helps;
  for (const Relaxation& relaxation : relaxations) {
    Request relaxed = request;
    relaxation.drop(relaxed);
    if (Fits(relaxed, candidates, topology, occupancy, objective, budget,
             clock)) {
      helps.push_back("it fits without " + relaxation.demand);
    }
  }
  if (!helps.empty()) {
    helps.insert(helps.begin(),
                 "each part has a place, but not all of them together");
    return helps;
  }
  std::vector<std::string> reasons{
      "each part has a place, but not all of them together; dropping one "
      "demand alone is not known to help",
      Competition(request, candidates)};
  return reasons;
}

}  // namespace acceld::placement
