#include "daemon/solve.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "api/outcome.h"
#include "placement/quota_check.h"
#include "placement/refusal.h"
#include "placement/refusal_document.h"
#include "placement/runner_up.h"

namespace acceld::daemon {
namespace {

SteadyTime DeadlineOf(const placement::Request& request,
                      const policy::Policy& policy, const Clock& clock) {
  const Nanoseconds asked =
      request.deadline.value_or(policy.defaults().deadline);
  const Nanoseconds allowed = std::min(asked, policy.limits().max_deadline);
  return clock.Now() + std::chrono::nanoseconds(allowed.value());
}

// What the request wants to be placed by.
Result<const policy::Objective*> ObjectiveOf(const placement::Request& request,
                                             const policy::Policy& policy) {
  const policy::Objective* objective = policy.ObjectiveFor(request.policy);
  if (objective != nullptr) return objective;
  std::string known;
  for (const std::string& name : policy.ObjectiveNames()) {
    known.append(known.empty() ? "" : ", ").append(name);
  }
  return Fail(ErrorCode::kInvalidArgument, "/policy: no objective is called '" +
                                               request.policy +
                                               "'; there are: " + known);
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

// How a solve without a placement ended.
struct NotPlaced {
  ErrorCode code{};
  placement::RefusalHead head;
  placement::Refusal refusal;
};

NotPlaced WhyNot(placement::Outcome outcome,
                 const placement::CandidateSet& candidates) {
  if (auto* none = std::get_if<placement::Infeasible>(&outcome)) {
    const ErrorCode code =
        IsOnlyTaken(candidates) ? ErrorCode::kBusy : ErrorCode::kUnsatisfiable;
    return {code,
            {api::OutcomeOf(code), placement::ReasonLines(none->refusal)},
            std::move(none->refusal)};
  }
  const auto& late = std::get<placement::TimedOut>(outcome);
  return {ErrorCode::kDeadline,
          {api::OutcomeOf(ErrorCode::kDeadline),
           {"the deadline ran out after " + std::to_string(late.nodes) +
            " search nodes without a placement; allow more time with "
            "\"deadline\" or ask for less"}},
          {}};
}

Error ToError(const NotPlaced& why) {
  std::string text = why.code == ErrorCode::kDeadline
                         ? ""
                         : "no placement meets the request\n";
  for (const std::string& line : why.head.reasons) {
    text.append(line).append("\n");
  }
  text.pop_back();
  return Error{why.code, std::move(text), 0};
}

placement::CandidateSet CandidatesOf(const placement::Request& request,
                                     const policy::Subject& subject,
                                     const Snapshot& snapshot,
                                     bool within_quotas = true) {
  const placement::Known known{snapshot.devices.get(),
                               within_quotas ? &snapshot.quotas : nullptr};
  return placement::FindCandidates(
      request, *snapshot.topology, *snapshot.occupancy, *snapshot.policy,
      subject, snapshot.refusal, snapshot.sva_refusal,
      AskTaints(snapshot.taints), known);
}

// Which quota refuses a request that would fit without quotas; success where
// that is not why it does not fit, or not known in time.
Status CheckQuotas(const placement::Request& request,
                   const policy::Subject& subject, const Snapshot& snapshot,
                   const policy::Objective& objective, placement::Budget budget,
                   const Clock& clock) {
  if (snapshot.quotas.empty()) return {};
  budget.explain = false;
  const placement::Outcome outcome = placement::Solve(
      request, CandidatesOf(request, subject, snapshot, false),
      *snapshot.topology, *snapshot.occupancy, objective, budget, clock);
  const auto* solved = std::get_if<placement::Solved>(&outcome);
  if (solved == nullptr) return {};
  return placement::CheckQuotas(snapshot.quotas, *snapshot.policy, request,
                                *snapshot.topology, solved->placement);
}

}  // namespace

Result<SolvedRequest> SolvePipeline(const Document& pipeline,
                                    const policy::Subject& subject,
                                    const Snapshot& snapshot,
                                    const Clock& clock,
                                    std::optional<Document>* refusal) {
  const policy::Policy& policy = *snapshot.policy;
  ACCELD_TRY(placement::Request request,
             placement::ParseRequest(pipeline, policy.defaults()));
  request.client.has_pasid =
      snapshot.has_pasid && !request.is_opened_elsewhere();
  ACCELD_TRY_VOID(CheckSize(request, policy.limits()));
  ACCELD_TRY(const policy::Objective* objective, ObjectiveOf(request, policy));
  const placement::Budget budget{.deadline =
                                     DeadlineOf(request, policy, clock)};
  placement::CandidateSet candidates = CandidatesOf(request, subject, snapshot);
  placement::Outcome outcome =
      placement::Solve(request, candidates, *snapshot.topology,
                       *snapshot.occupancy, *objective, budget, clock);
  auto* solved = std::get_if<placement::Solved>(&outcome);
  if (solved == nullptr) {
    if (std::holds_alternative<placement::Infeasible>(outcome)) {
      ACCELD_TRY_VOID(
          CheckQuotas(request, subject, snapshot, *objective, budget, clock));
    }
    const NotPlaced why = WhyNot(std::move(outcome), candidates);
    if (refusal != nullptr) {
      *refusal = placement::ToDocument(why.head, request, candidates,
                                       *snapshot.topology, why.refusal);
    }
    return Fail(ToError(why));
  }
  ACCELD_TRY_VOID(placement::Verify(request, candidates, *snapshot.topology,
                                    *snapshot.occupancy, *objective,
                                    solved->placement));
  return SolvedRequest{std::move(request), std::move(candidates),
                       std::move(*solved), budget.deadline};
}

Document ExplainPlan(const SolvedRequest& solved, const Snapshot& snapshot,
                     const Clock& clock) {
  Document document = placement::ToDocument(solved.request, solved.candidates,
                                            *snapshot.topology, solved.solved);
  const placement::Budget budget{.deadline = solved.deadline};
  const policy::Objective* objective =
      snapshot.policy->ObjectiveFor(solved.request.policy);
  if (objective == nullptr) return document;  // solved by an earlier policy
  document.Set(
      "runners_up",
      placement::ToDocument(
          solved.request, *snapshot.topology,
          placement::FindRunnersUp(solved.request, solved.candidates,
                                   *snapshot.topology, *snapshot.occupancy,
                                   *objective, budget, clock, solved.solved)));
  return document;
}

Status StillStands(const SolvedRequest& solved, const policy::Subject& subject,
                   const Snapshot& now) {
  placement::Request request = solved.request;
  request.client.has_pasid = now.has_pasid && !request.is_opened_elsewhere();
  const policy::Objective* objective = now.policy->ObjectiveFor(request.policy);
  if (objective == nullptr) {
    return Fail(ErrorCode::kStale, "the policy changed while solving");
  }
  const placement::CandidateSet candidates =
      CandidatesOf(request, subject, now);
  const Status verified =
      placement::Verify(request, candidates, *now.topology, *now.occupancy,
                        *objective, solved.solved.placement);
  if (verified) return {};
  return Fail(ErrorCode::kStale, "the machine changed while solving");
}

}  // namespace acceld::daemon
