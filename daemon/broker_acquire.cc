// Broker, first part: from a request to a lease. Solved on a thread, reserved
// in the loop, bound on a thread, handed over in the loop: what is being bound
// is reserved, so that two requests never bind the same.
#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "base/json.h"
#include "base/log.h"
#include "base/units.h"
#include "daemon/broker.h"
#include "daemon/broker_state.h"
#include "daemon/device_identity.h"
#include "daemon/lease/lifeline.h"
#include "daemon/lease/random_id.h"
#include "daemon/solver_clock.h"
#include "placement/device_capacity.h"
#include "placement/device_view.h"
#include "placement/stage_view.h"

namespace acceld::daemon {
namespace {

// How often an Acquire is solved anew because others took what it chose.
constexpr int kMaxRetries = 3;

std::string Joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text.push_back(',');
    text.append(word);
  }
  return text;
}

Result<SolvedRequest> SolveOnly(const Document& pipeline,
                                const policy::Subject& subject,
                                const Snapshot& snapshot, const Clock& clock) {
  return SolvePipeline(pipeline, subject, snapshot, clock);
}

// Of an error, most D-Bus libraries hand their user the text alone: so the data
// of a refusal goes there, as its last line.
Result<SolvedRequest> SolveAndExplain(const Document& pipeline,
                                      const policy::Subject& subject,
                                      const Snapshot& snapshot,
                                      const Clock& clock) {
  std::optional<Document> refusal;
  auto solved = SolvePipeline(pipeline, subject, snapshot, clock, &refusal);
  if (refusal) solved.error().message.append("\n").append(PrintJson(*refusal));
  return solved;
}

Error Stale() {
  return Error{ErrorCode::kStale, "the machine changed while solving", 0};
}

}  // namespace

Status Broker::Admit(const AcquireRequest& request) const {
  if (parts_.granter.mode() == GrantMode::kPlanOnly) {
    return Fail(ErrorCode::kUnsupported,
                "acceld serves a recorded or described machine: it can be "
                "looked at and planned on. Start acceld with --stand-in=soft "
                "to let software accelerators stand in for its devices");
  }
  const std::chrono::nanoseconds longest(policy_->limits().max_linger.value());
  if (request.linger > longest) {
    return Fail(ErrorCode::kInvalidArgument,
                "/options/linger: the policy lets a lease linger for " +
                    ToString(policy_->limits().max_linger) + " at most");
  }
  return CheckSessionSocket(request.session.get());
}

void Broker::Acquire(const Asker& asker, AcquireRequest request,
                     AcquireDone done) {
  done = Counted(asker, std::move(done));
  if (auto admitted = Admit(request); !admitted) {
    done(Fail(std::move(admitted.error())));
    return;
  }
  // Before any work: who holds all it may makes the daemon do nothing.
  auto charge = books_.TakeLease(asker.subject);
  if (!charge) {
    done(Fail(std::move(charge.error())));
    return;
  }
  auto pending = std::make_shared<Pending>();
  pending->asker = asker;
  pending->lease_charge = *std::move(charge);
  pending->pipeline = std::move(request.pipeline);
  pending->session = std::move(request.session);
  pending->keep = request.keep;
  pending->by_socket = request.by_socket;
  pending->explain = request.explain;
  pending->label = std::move(request.label);
  pending->linger = request.linger;
  pending->done = std::move(done);
  // Elsewhere it is looked up when it is needed: it takes as long as a solve.
  if (!pending->by_socket &&
      leases_.MayHavePasid(MakerOf(pending->session.get()))) {
    if (auto found = FindClient(*pending); !found) {
      pending->done(Fail(std::move(found.error())));
      return;
    }
  }
  StartSolving(pending);
}

Status Broker::FindClient(Pending& pending) const {
  if (pending.client) return {};
  auto found = FindClientProcess(pending.session.get(),
                                 pending.asker.subject.uid, parts_.live);
  if (!found) return Fail(std::move(found.error()).In("session"));
  pending.client = *std::move(found);
  return {};
}

void Broker::StartSolving(const std::shared_ptr<Pending>& pending) {
  auto solve = books_.StartSolve(pending->asker.subject);
  if (!solve) {
    pending->done(Fail(std::move(solve.error())));
    return;
  }
  pending->solve = *std::move(solve);
  pending->snapshot = TakeSnapshot(pending->asker, pending->opener());
  auto job = [this, mine = pending]() mutable {
    const SolverClock clock(parts_.clock);
    auto answer =
        std::make_shared<Result<SolvedRequest>>(Guarded<SolvedRequest>([&] {
          const auto how = mine->explain ? SolveAndExplain : SolveOnly;
          return how(mine->pipeline, mine->asker.subject, mine->snapshot,
                     clock);
        }));
    // Handed back whole, as in Plan().
    parts_.loop.Post(
        [this, mine = std::move(mine), answer, spent = clock.Spent()] {
          mine->solve.End(spent);
          OnSolved(mine, std::move(*answer));
        });
  };
  const uid_t user = pending->asker.subject.uid;
  if (auto submitted = parts_.threads.Submit(user, std::move(job));
      !submitted) {
    pending->done(Fail(std::move(submitted.error())));
  }
}

void Broker::Retry(const std::shared_ptr<Pending>& pending, Error why) {
  if (why.code == ErrorCode::kStale && ++pending->retries <= kMaxRetries) {
    StartSolving(pending);
  } else {
    pending->done(Fail(std::move(why)));
  }
}

void Broker::OnSolved(const std::shared_ptr<Pending>& pending,
                      Result<SolvedRequest> solved) {
  if (!solved) {
    pending->done(Fail(std::move(solved.error())));
    return;
  }
  pending->solved = *std::move(solved);
  if (auto reserved = Reserve(*pending); !reserved) {
    Retry(pending, std::move(reserved.error()));
  } else if (parts_.granter.NeedsBind(pending->solved,
                                      *pending->snapshot.topology)) {
    StartBinding(pending);
  } else {
    Finish(pending);
  }
}

Status Broker::Reserve(Pending& pending) {
  if (is_stopping_) return Fail(ErrorCode::kUnavailable, "acceld stops");
  const Snapshot now = TakeSnapshot(pending.asker, pending.opener());
  if (now.topology != pending.snapshot.topology ||
      now.policy != pending.snapshot.policy) {
    return Fail(Stale());
  }
  if (now.occupancy_version != pending.snapshot.occupancy_version ||
      now.taints != pending.snapshot.taints) {
    ACCELD_TRY_VOID(StillStands(pending.solved, pending.asker.subject, now));
  }
  // It was charged by the policy before.
  if (pending.retries > 0 && !books_.StillFits(pending.lease_charge)) {
    return Fail(ErrorCode::kQuotaExceeded,
                "a new policy allows fewer leases than are held or asked for");
  }
  LeaseCharges charges;
  charges.what = placement::ChargesOf(pending.solved.request, *now.topology,
                                      pending.solved.solved.placement);
  if (charges.what.pasids > 0 ||
      parts_.granter.NeedsBind(pending.solved, *now.topology)) {
    ACCELD_TRY_VOID(FindClient(pending));
  }
  const std::optional<ProcessId> opener = pending.opener();
  if (charges.what.pasids == 1 && opener &&
      !pending.solved.request.is_opened_elsewhere()) {
    charges.what.pasids = 0;
    charges.pasid_of = opener;
  }
  ACCELD_TRY(pending.quota, books_.TakePlacement(
                                pending.asker.subject, pending.solved.request,
                                *now.topology, pending.solved.solved.placement,
                                {charges.what.pasids, charges.pasid_of}));
  leases_.Charge(charges);
  pending.charges = std::move(charges);
  return {};
}

void Broker::StartBinding(const std::shared_ptr<Pending>& pending) {
  auto job = [this, mine = pending]() mutable {
    const Grantee grantee{mine->asker.subject.uid,
                          mine->client ? mine->client->handle.get() : -1};
    auto answer = std::make_shared<Status>(Guarded<void>([&] {
      return parts_.granter.Bind(
          grantee, mine->solved, *mine->snapshot.topology,
          *mine->snapshot.policy, mine->bound, mine->buffers);
    }));
    parts_.loop.Post([this, mine = std::move(mine), answer] {
      OnBound(mine, std::move(*answer));
    });
  };
  const uid_t user = pending->asker.subject.uid;
  if (auto submitted = parts_.bind_threads.Submit(user, std::move(job));
      !submitted) {
    GiveBack(*pending);
    pending->done(Fail(std::move(submitted.error())));
    return;
  }
  ++binds_;
}

void Broker::OnBound(const std::shared_ptr<Pending>& pending, Status bound) {
  --binds_;
  if (bound) bound = StillGood(*pending);
  if (bound) {
    Finish(pending);
    return;
  }
  GiveBack(*pending);
  Retry(pending, std::move(bound.error()));
}

// The devices are reserved, so nobody took them; but they may have left, and
// the policy may have changed, while they were being bound.
Status Broker::StillGood(const Pending& pending) const {
  if (is_stopping_) return Fail(ErrorCode::kUnavailable, "acceld stops");
  const graph::Topology& then = *pending.snapshot.topology;
  const placement::Request& request = pending.solved.request;
  const policy::SubjectMarks subject = policy_->Mark(pending.asker.subject);
  const bool same_policy = pending.snapshot.policy == policy_;
  for (const auto& assignment : pending.solved.solved.placement.stages) {
    const placement::DeviceView device(then, assignment.device);
    const std::string& key = device.vertex().key;
    if (IdentityOf(then, key) != IdentityOf(*topology(), key)) {
      return Fail(Stale());
    }
    if (same_policy) continue;
    // Rules may speak of the request too.
    const placement::Stage& stage = request.stages[assignment.stage];
    const placement::StageView asked(request, stage);
    if (!policy_
             ->Decide(subject, policy_->Mark(device), {stage.function, &asked})
             .allowed) {
      return Fail(Stale());
    }
  }
  if (!same_policy && !(books_.StillFits(pending.lease_charge) &&
                        books_.StillFits(pending.quota))) {
    return Fail(Stale());
  }
  return {};
}

void Broker::Finish(const std::shared_ptr<Pending>& pending) {
  auto made = MakeLease(*pending);
  if (!made) {
    GiveBack(*pending);
    pending->done(Fail(std::move(made.error())));
    return;
  }
  Lease& lease = leases_.Insert(*std::move(made));
  if (auto sent = HandOver(lease, pending->keep); !sent) {
    // Some may have arrived: what was opened stays charged until it is closed.
    End(LeaseId(lease.id), LeaseState::kReleased, "", nullptr);
    pending->done(Fail(std::move(sent.error())));
    return;
  }
  Log(LogLevel::kInfo, "lease_granted",
      {{"lease", lease.id},
       {"uid", lease.owner},
       {"devices", Joined(lease.devices)},
       {"cost", pending->solved.solved.placement.total},
       {"generation", topology()->generation()}});
  TallyOf(lease.subject).CountPlacement(pending->solved.solved);
  if (observer_ != nullptr) observer_->OnLeaseGranted(lease);
  pending->done(Acquired{lease.id, lease.placement});
  parts_.granter.ServeQueues();
}

Result<std::unique_ptr<Lease>> Broker::MakeLease(Pending& pending) {
  const graph::Topology& topology = *pending.snapshot.topology;
  auto lease = std::make_unique<Lease>();
  ACCELD_TRY(lease->id, MakeRandomId());
  lease->owner = pending.asker.subject.uid;
  ACCELD_TRY(lease->lifeline, WatchSession(pending.session.get(), lease->id));
  if (pending.by_socket) ACCELD_TRY_VOID(OpenSocket(*lease));
  ACCELD_TRY(auto granted,
             parts_.granter.Make(pending.asker.subject.uid, pending.solved,
                                 topology, pending.bound, pending.buffers));
  lease->queues = std::move(granted.queues);
  lease->sender = pending.asker.sender;
  lease->pid = pending.asker.pid;
  lease->since = parts_.clock.Now();
  lease->placement = placement::ToDocument(pending.solved.request, topology,
                                           pending.solved.solved);
  lease->bindings = TakeBindings(pending);
  for (const auto& assignment : pending.solved.solved.placement.stages) {
    const std::string& key = topology.vertex(assignment.device).key;
    lease->stages.push_back(
        pending.solved.request.stages[assignment.stage].name);
    lease->devices.push_back(key);
    lease->identities.push_back(IdentityOf(topology, key));
    lease->stage_of.push_back(assignment.stage);
    // A soft queue binds whoever asks its worker for it.
    const bool is_soft = lease->bindings[lease->binds_opener.size()] == nullptr;
    lease->binds_opener.push_back(is_soft ||
                                  placement::BindsOpener(placement::DeviceView(
                                      topology, assignment.device)));
  }
  lease->subject = pending.asker.subject;
  lease->request = std::make_shared<const placement::Request>(
      std::move(pending.solved.request));
  lease->untaken = std::move(granted.grants);
  lease->session = std::move(pending.session);
  lease->label = std::move(pending.label);
  lease->linger = pending.linger;
  lease->charges = std::move(pending.charges);
  lease->lease_charge = std::move(pending.lease_charge);
  lease->quota = std::move(pending.quota);
  return lease;
}

Status Broker::HandOver(Lease& lease, bool keep) {
  if (keep) return {};
  lease.state = LeaseState::kActive;
  const std::vector<api::Grant> grants = std::exchange(lease.untaken, {});
  return api::SendGrants(lease.session.get(), LeasePath(lease.id), grants);
}

// One for each stage of the placement; null where nothing was bound.
std::vector<std::unique_ptr<Binding>> Broker::TakeBindings(Pending& pending) {
  std::vector<std::unique_ptr<Binding>> bindings(
      pending.solved.solved.placement.stages.size());
  for (std::size_t i = 0; i < pending.bound.size(); ++i) {
    bindings[i] = std::move(pending.bound[i].binding);
  }
  pending.bound.clear();
  return bindings;
}

void Broker::GiveBack(Pending& pending) {
  const graph::Topology& topology = *pending.snapshot.topology;
  std::vector<std::string> devices;
  for (const auto& assignment : pending.solved.solved.placement.stages) {
    devices.push_back(topology.vertex(assignment.device).key);
  }
  auto ending = std::make_unique<Ending>();
  ending->charges = std::exchange(pending.charges, {});
  ending->quota = std::exchange(pending.quota, {});
  pending.buffers.clear();
  StartEnding(std::move(ending), pending.asker.subject, devices,
              TakeBindings(pending));
}

}  // namespace acceld::daemon
