#include "client/policy/attempt.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "placement/quota_check.h"

namespace acceld::policy_tool {
namespace {

std::optional<Refused> CheckLimits(const placement::Request& request,
                                   const policy::Policy& policy) {
  std::int64_t stages = 0;
  for (const placement::Stage& stage : request.stages) stages += stage.count;
  if (stages > policy.limits().max_stages) {
    return Refused{"limit", std::to_string(stages) +
                                " stages with their replicas; the policy "
                                "allows " +
                                std::to_string(policy.limits().max_stages)};
  }
  if (policy.ObjectiveFor(request.policy) == nullptr) {
    return Refused{"objective",
                   "no objective is called '" + request.policy + "'"};
  }
  return std::nullopt;
}

// The reason of the devices that came nearest: each is asked the questions in
// the order of the reasons.
Refused NoDevice(const placement::Stage& stage,
                 const placement::StageCandidates& found) {
  const auto nearest = std::max_element(
      found.rejections.begin(), found.rejections.end(),
      [](const auto& a, const auto& b) { return a.reason < b.reason; });
  if (nearest == found.rejections.end()) {
    return {"function", stage.name + ": the machine has no device"};
  }
  return {std::string(placement::Name(nearest->reason)),
          stage.name + ": " + nearest->text};
}

std::optional<Refused> FindBareStage(const placement::Request& request,
                                     const placement::CandidateSet& found) {
  for (std::size_t i = 0; i < found.stages.size(); ++i) {
    if (found.stages[i].devices.empty()) {
      return NoDevice(request.stages[i], found.stages[i]);
    }
  }
  return std::nullopt;
}

placement::Budget BudgetFor(const placement::Request& request,
                            const policy::Policy& policy, const Clock& clock) {
  const Nanoseconds time =
      std::min(request.deadline.value_or(policy.defaults().deadline),
               policy.limits().max_deadline);
  return {.deadline = clock.Now() + std::chrono::nanoseconds(time.value()),
          .explain = false};
}

// One request, and what it is judged by.
struct Question {
  const placement::Request& request;
  const policy::Subject& subject;
  const Scene& scene;
  const policy::Objective& objective;
  const placement::Budget budget;
  const Clock& clock;
  const std::vector<placement::QuotaUse> quotas;

  // Candidates within these quotas; null: as though there were none.
  [[nodiscard]] placement::CandidateSet Find(
      const std::vector<placement::QuotaUse>* within) const {
    const placement::Known known{&scene.devices(), within};
    return placement::FindCandidates(
        request, scene.topology(), scene.occupancy(), scene.policy(), subject,
        [](const graph::Vertex&) { return std::nullopt; }, {}, {}, known);
  }
  [[nodiscard]] placement::Outcome Solve(
      const placement::CandidateSet& candidates) const {
    return placement::Solve(request, candidates, scene.topology(),
                            scene.occupancy(), objective, budget, clock);
  }
};

// What has no placement within the quotas: would it have one without them?
Refused WhyNot(const Question& question) {
  const placement::CandidateSet unbound = question.Find(nullptr);
  if (auto refused = FindBareStage(question.request, unbound)) return *refused;
  if (!question.quotas.empty()) {
    const placement::Outcome outcome = question.Solve(unbound);
    if (const auto* solved = std::get_if<placement::Solved>(&outcome)) {
      const Status within = placement::CheckQuotas(
          question.quotas, question.scene.policy(), question.request,
          question.scene.topology(), solved->placement);
      if (!within) return {"quota", within.error().message};
    }
  }
  return {"together",
          "each stage has devices that could serve it, but all that the "
          "request demands cannot be met together now"};
}

Refused ToRefused(const accounting::Over& over) {
  if (over.entry != accounting::kLimits) return {"quota", over.text};
  return {"limit", "limits of each user: " + over.text};
}

// Charges what is placed.
Result<Attempt> Charge(const Question& question, Scene& scene, Placed placed) {
  placed.takes = placement::ChargesOf(question.request, scene.topology(),
                                      placed.solved.placement);
  std::optional<accounting::Over> over;
  auto quota = scene.books().TakePlacement(
      question.subject, question.request, scene.topology(),
      placed.solved.placement, {placed.takes.pasids}, &over);
  if (!quota) return ToRefused(*over);
  placed.quota = *std::move(quota);
  return placed;
}

}  // namespace

Result<Attempt> TryToPlace(const placement::Request& request,
                           const policy::Subject& subject, Scene& scene,
                           const Clock& clock) {
  std::optional<accounting::Over> over;
  auto lease = scene.books().TakeLease(subject, &over);
  if (!lease) return ToRefused(*over);
  if (auto refused = CheckLimits(request, scene.policy())) return *refused;
  const Question question{request,
                          subject,
                          scene,
                          *scene.policy().ObjectiveFor(request.policy),
                          BudgetFor(request, scene.policy(), clock),
                          clock,
                          scene.books().UsesOf(subject)};
  placement::CandidateSet candidates = question.Find(&question.quotas);
  if (FindBareStage(request, candidates)) return WhyNot(question);
  placement::Outcome outcome = question.Solve(candidates);
  if (std::holds_alternative<placement::TimedOut>(outcome)) {
    return Refused{"deadline", "the time ran out without a placement"};
  }
  auto* solved = std::get_if<placement::Solved>(&outcome);
  if (solved == nullptr) return WhyNot(question);
  ACCELD_TRY_VOID(placement::Verify(request, candidates, scene.topology(),
                                    scene.occupancy(), question.objective,
                                    solved->placement));
  return Charge(
      question, scene,
      {std::move(candidates), std::move(*solved), {}, *std::move(lease), {}});
}

}  // namespace acceld::policy_tool
