#include "placement/conflict.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "placement/achieved.h"
#include "placement/overload.h"
#include "placement/places.h"
#include "placement/relaxation.h"
#include "placement/search/find_best.h"

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

std::string DescribeStage(const Stage& stage,
                          const StageCandidates& candidates) {
  const std::size_t devices = candidates.devices.size();
  return "stage " + stage.name + " (" + stage.function +
         "): " + std::to_string(devices) +
         (devices == 1 ? " device" : " devices") + " could serve it";
}

// The request without the stages that are not kept, and their candidates.
struct PartOfRequest {
  Request request;
  CandidateSet candidates;
};

PartOfRequest KeepStages(const Request& request, const CandidateSet& candidates,
                         const std::vector<bool>& kept) {
  PartOfRequest part;
  std::vector<std::size_t> now(kept.size(), kHost);
  part.request = request;
  part.candidates.quotas = candidates.quotas;
  part.candidates.hidden = candidates.hidden;
  part.request.stages.clear();
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (!kept[i]) continue;
    now[i] = part.request.stages.size();
    part.request.stages.push_back(request.stages[i]);
    part.candidates.stages.push_back(candidates.stages[i]);
  }
  const auto is_gone = [&](std::size_t stage) {
    return stage != kHost && !kept[stage];
  };
  std::erase_if(part.request.links, [&](const PipelineLink& link) {
    return is_gone(link.from) || is_gone(link.to);
  });
  for (PipelineLink& link : part.request.links) {
    if (link.from != kHost) link.from = now[link.from];
    if (link.to != kHost) link.to = now[link.to];
  }
  for (GroupConstraint& constraint : part.request.constraints) {
    std::erase_if(constraint.stages, is_gone);
    for (std::size_t& stage : constraint.stages) stage = now[stage];
  }
  return part;
}

enum class Fit { kFits, kDoesNot, kUnknown };

std::optional<bool> Known(Fit fit) {
  if (fit == Fit::kUnknown) return std::nullopt;
  return fit == Fit::kFits;
}

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
        demands_(Relaxations(request)) {}

  Refusal Run() {
    Dropped all(demands_.size(), true);
    const Fit bare =
        demands_.empty() ? Fit::kDoesNot : Try(Relaxed(all), candidates_);
    if (bare == Fit::kDoesNot) {
      ShrinkStages(Relaxed(all));
    } else {
      ShrinkDemands();
    }
    return std::move(refusal_);
  }

 private:
  using Dropped = std::vector<bool>;  // by demand

  [[nodiscard]] Request Relaxed(const Dropped& dropped) const {
    Request relaxed = request_;
    for (std::size_t i = 0; i < demands_.size(); ++i) {
      if (dropped[i]) demands_[i].drop(relaxed);
    }
    return relaxed;
  }

  // Where it fits and `found` is not null, it is told of the placement.
  using Found = std::function<void(const Problem&, const Assignment&)>;
  [[nodiscard]] Fit Try(const Request& request, const CandidateSet& candidates,
                        const Found& found = {}) const {
    if (clock_.Now() >= budget_.deadline) return Fit::kUnknown;
    const auto problem =
        BuildProblem(request, candidates, topology_, occupancy_, objective_);
    const bool has_empty = std::any_of(
        problem->classes.begin(), problem->classes.end(),
        [](const VariableClass& values) { return values.domain.empty(); });
    if (has_empty) return Fit::kDoesNot;
    // A cheap placement shows more than any: what it takes is near the least.
    const SearchLimits limits{budget_.deadline, kNodesPerTry, !found};
    const SearchResult result = FindBest(*problem, limits, clock_);
    if (result.values && found) found(*problem, *result.values);
    if (result.values) return Fit::kFits;
    return result.complete ? Fit::kDoesNot : Fit::kUnknown;
  }

  // Whether the traffic that the request states can be too much for a link.
  [[nodiscard]] bool CanOverload(const Request& request) const {
    return BuildProblem(request, candidates_, topology_, occupancy_, objective_)
               ->loads != nullptr;
  }

  void ShrinkDemands() {
    Dropped dropped(demands_.size(), false);
    for (std::size_t i = 0; i < demands_.size(); ++i) {
      const bool has_no_part =
          demands_[i].kind == "traffic" && !CanOverload(Relaxed(dropped));
      dropped[i] = true;
      if (has_no_part) continue;
      const Fit fit = Try(Relaxed(dropped), candidates_);
      refusal_.minimal = refusal_.minimal && fit != Fit::kUnknown;
      // Without it nothing fits either: it has no part in this conflict.
      dropped[i] = fit == Fit::kDoesNot;
    }
    for (std::size_t i = 0; i < demands_.size(); ++i) {
      if (!dropped[i]) refusal_.conflict.push_back(Describe(i));
    }
  }

  // Of one demand: whether the whole request fits once it is dropped.
  [[nodiscard]] ConflictingDemand Describe(std::size_t demand) const {
    const Relaxation& of = demands_[demand];
    ConflictingDemand one{of.kind, of.pointer, of.demand, {}, {}};
    Dropped alone(demands_.size(), false);
    alone[demand] = true;
    const Request relaxed = Relaxed(alone);
    const Found measure = [&](const Problem& problem, const Assignment& found) {
      one.fits_with = AchievedLimit(of, relaxed, topology_, problem, found);
      if (of.kind != "traffic") return;
      const auto overload =
          FindOverload(relaxed, of.index, topology_, problem, found);
      if (!overload) return;
      one.text.append(": ").append(ToText(topology_, *overload));
      if (overload->room.value() > 0) one.fits_with = ToString(overload->room);
    };
    one.fits_without = Known(Try(relaxed, candidates_, measure));
    return one;
  }

  // `bare` has none of the demands and does not fit: the stages are too many.
  void ShrinkStages(const Request& bare) {
    std::vector<bool> kept(bare.stages.size(), true);
    const auto try_kept = [&](const std::vector<bool>& stages) {
      if (std::none_of(stages.begin(), stages.end(), [](bool k) { return k; }))
        return Fit::kFits;
      const PartOfRequest part = KeepStages(bare, candidates_, stages);
      return Try(part.request, part.candidates);
    };
    for (std::size_t i = 0; i < kept.size(); ++i) {
      kept[i] = false;
      const Fit fit = try_kept(kept);
      refusal_.minimal = refusal_.minimal && fit != Fit::kUnknown;
      kept[i] = fit != Fit::kDoesNot;
    }
    for (std::size_t i = 0; i < kept.size(); ++i) {
      if (!kept[i]) continue;
      std::vector<bool> others(kept.size(), true);
      others[i] = false;
      refusal_.conflict.push_back(
          {"stage",
           "/stages/" + std::to_string(i),
           DescribeStage(request_.stages[i], candidates_.stages[i]),
           Known(try_kept(others)),
           {}});
    }
  }

  const Request& request_;
  const CandidateSet& candidates_;
  const graph::Topology& topology_;
  const Occupancy& occupancy_;
  const policy::Objective& objective_;
  const Budget& budget_;
  const Clock& clock_;
  const std::vector<Relaxation> demands_;
  Refusal refusal_;
};

}  // namespace

std::vector<EmptyPart> ExplainEmpty(const Request& request,
                                    const CandidateSet& candidates,
                                    const graph::Topology& topology,
                                    const Problem& problem) {
  std::vector<EmptyPart> parts;
  for (const VariableClass& values : problem.classes) {
    if (!values.domain.empty()) continue;
    const std::string index = std::to_string(values.index);
    if (values.kind == VariableClass::Kind::kStage) {
      parts.push_back({"stage", "/stages/" + index,
                       EmptyStage(request.stages[values.index],
                                  candidates.stages[values.index])});
    } else if (values.kind == VariableClass::Kind::kBuffer) {
      parts.push_back({"buffer", "/links/" + index + "/buffer",
                       EmptyBuffer(request, values.index)});
    }
  }
  if (HostNodes(topology, request.client).empty()) {
    parts.push_back({"host", "/client/cpus", EmptyHost(request)});
  }
  return parts;
}

Refusal ExplainConflict(const Request& request, const CandidateSet& candidates,
                        const graph::Topology& topology,
                        const Occupancy& occupancy,
                        const policy::Objective& objective,
                        const Budget& budget, const Clock& clock) {
  return Explainer(request, candidates, topology, occupancy, objective, budget,
                   clock)
      .Run();
}

}  // namespace acceld::placement
