#include "client/policy/attempt.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>

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

}  // namespace

Result<Attempt> TryToPlace(const placement::Request& request,
                           const policy::Subject& subject, const Scene& scene,
                           const Clock& clock) {
  if (auto refused = CheckLimits(request, scene.policy)) return *refused;
  const policy::Objective& objective =
      *scene.policy.ObjectiveFor(request.policy);
  const placement::Budget budget = BudgetFor(request, scene.policy, clock);
  placement::CandidateSet candidates = placement::FindCandidates(
      request, scene.topology, scene.occupancy, scene.policy, subject,
      [](const graph::Vertex&) { return std::nullopt; });
  if (auto refused = FindBareStage(request, candidates)) return *refused;
  placement::Outcome outcome =
      placement::Solve(request, candidates, scene.topology, scene.occupancy,
                       objective, budget, clock);
  if (std::holds_alternative<placement::TimedOut>(outcome)) {
    return Refused{"deadline", "the time ran out without a placement"};
  }
  if (std::holds_alternative<placement::Infeasible>(outcome)) {
    return Refused{"together",
                   "each stage has devices that could serve it, but all that "
                   "the request demands cannot be met together now"};
  }
  auto& solved = std::get<placement::Solved>(outcome);
  ACCELD_TRY_VOID(placement::Verify(request, candidates, scene.topology,
                                    scene.occupancy, objective,
                                    solved.placement));
  return Placed{std::move(candidates), std::move(solved)};
}

}  // namespace acceld::policy_tool
