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

enum class Fit { kFits, kDoesNot, kUnknown };

class Explainer {
 public:
  Explainer(const Request& request, const CandidateSet& candidates,
            const graph::Topology& topology, const Occupancy& occupancy,
            const policy::Objective& objective, const Budget& budget,
            const Clock& clock)
      : request_(request),
        candidates_(candidates),
        topology_(topology),
        occupancy_(occupancy),
        objective_(objective),
        budget_(budget),
        clock_(clock),
        demands_(Relaxations(request)),
        dropped_(demands_.size(), false) {}

  std::vector<std::string> Run() {
    if (demands_.empty()) return {Competition(request_, candidates_)};
    std::fill(dropped_.begin(), dropped_.end(), true);
    if (TryIt() != Fit::kFits) {
      return {"each part has a place, but not all of them together",
              Competition(request_, candidates_)};
    }
    std::fill(dropped_.begin(), dropped_.end(), false);
    ShrinkToConflict();
    return Describe();
  }

 private:
  // With the demands that are not dropped.
  [[nodiscard]] Fit TryIt() const {
    Request relaxed = request_;
    for (std::size_t i = 0; i < demands_.size(); ++i) {
      if (dropped_[i]) demands_[i].drop(relaxed);
    }
    const auto problem =
        BuildProblem(relaxed, candidates_, topology_, occupancy_, objective_);
    const bool has_empty = std::any_of(
        problem->classes.begin(), problem->classes.end(),
        [](const VariableClass& values) { return values.domain.empty(); });
    if (has_empty) return Fit::kDoesNot;
    const SearchLimits limits{budget_.deadline, kNodesPerTry, true};
    const SearchResult result = Search(*problem, limits, clock_).Run();
    if (result.values) return Fit::kFits;
    return result.complete ? Fit::kDoesNot : Fit::kUnknown;
  }

  void ShrinkToConflict() {
    for (std::size_t i = 0; i < demands_.size(); ++i) {
      dropped_[i] = true;
      const Fit fit = TryIt();
      is_minimal_ = is_minimal_ && fit != Fit::kUnknown;
      // Without it nothing fits either: it has no part in this conflict.
      dropped_[i] = fit == Fit::kDoesNot;
    }
  }

  // Whether the whole request fits once this one is dropped.
  [[nodiscard]] bool HelpsAlone(std::size_t demand) {
    const std::vector<bool> kept = dropped_;
    std::fill(dropped_.begin(), dropped_.end(), false);
    dropped_[demand] = true;
    const bool helps = TryIt() == Fit::kFits;
    dropped_ = kept;
    return helps;
  }

  [[nodiscard]] std::vector<std::string> Describe() {
    std::vector<std::string> lines{
        "each part has a place, but these demands cannot be met together:"};
    std::size_t helpful = 0;
    std::size_t all = 0;
    for (std::size_t i = 0; i < demands_.size(); ++i) {
      if (dropped_[i]) continue;
      ++all;
      const bool helps = HelpsAlone(i);
      helpful += helps ? 1 : 0;
      lines.push_back("  " + demands_[i].demand +
                      (helps ? " (it fits without this one)" : ""));
    }
    if (!is_minimal_) {
      lines.push_back("the deadline ended the search for fewer of them");
    } else if (helpful == all) {
      lines.push_back(all == 1 ? "drop it" : "drop any one of them");
    } else {
      lines.push_back("these are not the only demands that conflict");
    }
    return lines;
  }

  const Request& request_;
  const CandidateSet& candidates_;
  const graph::Topology& topology_;
  const Occupancy& occupancy_;
  const policy::Objective& objective_;
  const Budget& budget_;
  const Clock& clock_;
  const std::vector<Relaxation> demands_;
  std::vector<bool> dropped_;  // by demand
  bool is_minimal_ = true;
};

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
  return Explainer(request, candidates, topology, occupancy, objective, budget,
                   clock)
      .Run();
}

}  // namespace acceld::placement
