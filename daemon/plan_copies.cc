#include "daemon/plan_copies.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "api/outcome.h"
#include "base/units.h"
#include "placement/occupancy.h"
#include "placement/placement.h"
#include "placement/quota_check.h"
#include "placement/quota_room.h"

namespace acceld::daemon {
namespace {

// The snapshot as it will be when the subject that asks has a lease on the
// placement, which another process opens than those before it.
Snapshot With(const SolvedRequest& solved, Snapshot snapshot) {
  const placement::Placement& placed = solved.solved.placement;
  auto taken = std::make_shared<placement::Occupancy>(*snapshot.occupancy);
  taken->Add(placement::ChargesOf(solved.request, *snapshot.topology, placed));
  snapshot.occupancy = std::move(taken);
  for (placement::QuotaUse& use : snapshot.quotas) {
    use.held = placement::HeldWith(use, *snapshot.policy, solved.request,
                                   *snapshot.topology, placed);
  }
  return snapshot;
}

Document CopyOf(const SolvedRequest& solved, const graph::Topology& topology) {
  const Document whole =
      placement::ToDocument(solved.request, topology, solved.solved);
  Document copy;
  for (const char* member : {"stages", "host", "total"}) {
    const Document* value = whole.Find(member);
    if (value != nullptr) copy.Set(member, *value);
  }
  return copy;
}

// The pipeline with what is left of the time; nothing where none is.
std::optional<Document> WithTimeLeft(const Document& pipeline,
                                     SteadyTime deadline, const Clock& clock) {
  const std::chrono::nanoseconds left = deadline - clock.Now();
  if (left <= std::chrono::nanoseconds(0)) return std::nullopt;
  Document::Object members;
  for (const auto& [name, value] : *pipeline.AsObject()) {
    if (name != "deadline") members.emplace_back(name, value);
  }
  members.emplace_back("deadline", ToString(Nanoseconds(left.count())));
  return members;
}

std::string WhyNoMore(ErrorCode code) {
  switch (code) {
    case ErrorCode::kUnsatisfiable:
    case ErrorCode::kBusy:
    case ErrorCode::kDeadline:
      return std::string(api::OutcomeOf(code));
    case ErrorCode::kQuotaExceeded:
      return "quota";
    default:
      return "";
  }
}

}  // namespace

Result<Document> PlanCopies(const Document& pipeline, int most,
                            const policy::Subject& subject, Snapshot snapshot,
                            const Clock& clock) {
  std::optional<Document> refusal;
  auto solved = SolvePipeline(pipeline, subject, snapshot, clock, &refusal);
  if (refusal) return *std::move(refusal);
  if (!solved) return Fail(std::move(solved.error()));
  const SteadyTime deadline = solved->deadline;
  Document::Array copies{CopyOf(*solved, *snapshot.topology)};
  std::string more = "limit";
  while (static_cast<int>(copies.size()) < most) {
    snapshot = With(*solved, std::move(snapshot));
    const auto next = WithTimeLeft(pipeline, deadline, clock);
    if (!next) {
      more = api::OutcomeOf(ErrorCode::kDeadline);
      break;
    }
    solved = SolvePipeline(*next, subject, snapshot, clock);
    if (!solved) {
      more = WhyNoMore(solved.error().code);
      if (more.empty()) return Fail(std::move(solved.error()));
      break;
    }
    copies.push_back(CopyOf(*solved, *snapshot.topology));
  }
  return Document::Object{
      {"outcome", "placed"}, {"copies", std::move(copies)}, {"more", more}};
}

}  // namespace acceld::daemon
