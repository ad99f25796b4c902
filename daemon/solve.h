// From a pipeline document to a verified placement: the pure middle of Plan
// and Acquire, run on a solver thread over one consistent set of snapshots.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/document.h"
#include "base/result.h"
#include "daemon/taints.h"
#include "graph/topology.h"
#include "placement/candidates.h"
#include "placement/marked_devices.h"
#include "placement/occupancy.h"
#include "placement/placement.h"
#include "placement/quota_room.h"
#include "placement/request.h"
#include "policy/policy.h"

namespace acceld::daemon {

// Everything is shared and immutable.
struct Snapshot {
  std::shared_ptr<const graph::Topology> topology;
  std::shared_ptr<const placement::Occupancy> occupancy;
  std::uint64_t occupancy_version = 0;
  std::shared_ptr<const policy::Policy> policy;
  placement::GrantRefusal refusal;
  placement::SvaRefusal sva_refusal = {};         // for the user that asks
  std::shared_ptr<const TaintTable> taints = {};  // null: none
  bool has_pasid = false;  // the process that asks uses a PASID already
  // Of the topology and the policy; null: worked out for each request.
  std::shared_ptr<const placement::MarkedDevices> devices = nullptr;
  // The quotas that bind the subject that asks, and what is held of them.
  std::vector<placement::QuotaUse> quotas = {};
};

struct SolvedRequest {
  placement::Request request;
  placement::CandidateSet candidates;
  placement::Solved solved;
  SteadyTime deadline;  // of the request
};

// Errors: kInvalidArgument (the request), kUnsatisfiable, kBusy (others hold
// what it needs), kQuotaExceeded (it would fit but for a quota), kDeadline,
// kInternal
// (the verifier refused the solver's answer). Where `refusal` is not null, and
// the error is one of kUnsatisfiable, kBusy and kDeadline, it is set to the
// reasons as data (docs/dbus-api.md, "Refusals").
[[nodiscard]] Result<SolvedRequest> SolvePipeline(
    const Document& pipeline, const policy::Subject& subject,
    const Snapshot& snapshot, const Clock& clock,
    std::optional<Document>* refusal = nullptr);

// The answer of Plan: the placement with what was rejected and the runners-up,
// as far as the request's deadline leaves time for them.
[[nodiscard]] Document ExplainPlan(const SolvedRequest& solved,
                                   const Snapshot& snapshot,
                                   const Clock& clock);

// Whether a placement still stands on a later snapshot of the same topology.
// Errors: kStale.
[[nodiscard]] Status StillStands(const SolvedRequest& solved,
                                 const policy::Subject& subject,
                                 const Snapshot& now);

}  // namespace acceld::daemon
