#include "daemon/solve.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "placement/runner_up.h"

namespace acceld::daemon {
namespace {

SteadyTime DeadlineOf(const placement::Request& request,
                      const policy::Limits& limits, const Clock& clock) {
  const Nanoseconds asked = request.deadline.value_or(limits.default_deadline);
  const Nanoseconds allowed = std::min(asked, limits.max_deadline);
  return clock.Now() + std::chrono::nanoseconds(allowed.value());
}

Status CheckSize(const placement::Request& request,
                 const policy::Limits& limits) {
  std::int64_t stages = 0;
  for (const placement::Stage& stage : request.stages) stages += stage.count;
  if (stages <= limits.max_stages) return {};
  return Fail(ErrorCode::kQuotaExceeded,
              "/stages: " + std::to_string(stages) +
                  " stages with their replicas; the policy allows " +
                  std::to_string(limits.max_stages));
}

std::string Lines(const std::vector<std::string>& reasons) {
  std::string text = "no placement meets the request";
  for (const std::string& reason : reasons) text.append("\n").append(reason);
  return text;
}

bool IsTaken(placement::RejectionReason reason) {
  using placement::RejectionReason;
  return reason == RejectionReason::kSharing ||
         reason == RejectionReason::kCapacity ||
         reason == RejectionReason::kMemory ||
         reason == RejectionReason::kPasid ||
         reason == RejectionReason::kQuarantine;
}

// Whether it would fit, as far as single stages go, if others held less: each
// stage without candidates has some that are only taken now.
bool IsOnlyTaken(const placement::CandidateSet& candidates) {
  bool taken = false;
  for (const placement::StageCandidates& stage : candidates.stages) {
    if (!stage.devices.empty()) continue;
    taken = std::any_of(stage.rejections.begin(), stage.rejections.end(),
                        [](const auto& one) { return IsTaken(one.reason); });
    if (!taken) return false;
  }
  return taken;
}

Result<placement::Solved> ToResult(placement::Outcome outcome,
                                   const placement::CandidateSet& candidates) {
  if (auto* solved = std::get_if<placement::Solved>(&outcome)) {
    return std::move(*solved);
  }
  if (auto* none = std::get_if<placement::Infeasible>(&outcome)) {
    return Fail(
        IsOnlyTaken(candidates) ? ErrorCode::kBusy : ErrorCode::kUnsatisfiable,
        Lines(none->reasons));
  }
  const auto& late = std::get<placement::TimedOut>(outcome);
  return Fail(ErrorCode::kDeadline,
              "the deadline ran out after " + std::to_string(late.nodes) +
                  " search nodes without a placement; allow more time with "
                  "\"deadline\" or ask for less");
}

}  // namespace

Result<SolvedRequest> SolvePipeline(const Document& pipeline,
                                    const policy::Subject& subject,
                                    const Snapshot& snapshot,
                                    const Clock& clock) {
  const policy::Policy& policy = *snapshot.policy;
  ACCELD_TRY(placement::Request request, placement::ParseRequest(pipeline));
  request.client.has_pasid = snapshot.has_pasid;
  ACCELD_TRY_VOID(CheckSize(request, policy.limits()));
  const placement::Budget budget{
      .deadline = DeadlineOf(request, policy.limits(), clock)};
  placement::CandidateSet candidates = placement::FindCandidates(
      request, *snapshot.topology, *snapshot.occupancy, policy, subject,
      snapshot.refusal, snapshot.sva_refusal);
  ACCELD_TRY(placement::Solved solved,
             ToResult(placement::Solve(request, candidates, *snapshot.topology,
                                       *snapshot.occupancy, policy.objective(),
                                       budget, clock),
                      candidates));
  ACCELD_TRY_VOID(placement::Verify(request, candidates, *snapshot.topology,
                                    *snapshot.occupancy, policy.objective(),
                                    solved.placement));
  return SolvedRequest{std::move(request), std::move(candidates),
                       std::move(solved), budget.deadline};
}

Document ExplainPlan(const SolvedRequest& solved, const Snapshot& snapshot,
                     const Clock& clock) {
  Document document = placement::ToDocument(solved.request, solved.candidates,
                                            *snapshot.topology, solved.solved);
  const placement::Budget budget{.deadline = solved.deadline};
  document.Set("runners_up",
               placement::ToDocument(
                   solved.request, *snapshot.topology,
                   placement::FindRunnersUp(
                       solved.request, solved.candidates, *snapshot.topology,
                       *snapshot.occupancy, snapshot.policy->objective(),
                       budget, clock, solved.solved)));
  return document;
}

Status StillStands(const SolvedRequest& solved, const policy::Subject& subject,
                   const Snapshot& now) {
  placement::Request request = solved.request;
  request.client.has_pasid = now.has_pasid;
  const placement::CandidateSet candidates = placement::FindCandidates(
      request, *now.topology, *now.occupancy, *now.policy, subject, now.refusal,
      now.sva_refusal);
  const Status verified =
      placement::Verify(request, candidates, *now.topology, *now.occupancy,
                        now.policy->objective(), solved.solved.placement);
  if (verified) return {};
  return Fail(ErrorCode::kStale, "the machine changed while solving");
}

}  // namespace acceld::daemon
