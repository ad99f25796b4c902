#include "daemon/broker.h"

#include <algorithm>
#include <exception>
#include <new>
#include <utility>

#include "base/log.h"
#include "daemon/broker_state.h"
#include "daemon/device_identity.h"
#include "daemon/lease/lifeline.h"
#include "daemon/lease/random_id.h"

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

// Runs `work` on a solver thread: what it throws ends this request, not the
// daemon.
template <typename Value, typename Work>
Result<Value> Guarded(Work work) {
  try {
    return work();
  } catch (const std::bad_alloc&) {
    return Fail(ErrorCode::kNoMemory, "out of memory");
  } catch (const std::exception& bug) {
    Log(LogLevel::kError, "solver_bug", {{"what", bug.what()}});
    return Fail(ErrorCode::kInternal, "a bug; see the daemon's log");
  }
}

// But for the lease itself, which was charged when it was asked for.
Holdings HoldingsOf(const SolvedRequest& solved) {
  Holdings holdings;
  holdings.instances =
      static_cast<std::int64_t>(solved.solved.placement.stages.size());
  for (const auto& buffer : solved.solved.placement.buffers) {
    holdings.buffers =
        holdings.buffers + solved.request.links[buffer.link].buffer->size;
  }
  return holdings;
}

}  // namespace

Broker::Broker(const Parts& parts, std::shared_ptr<const policy::Policy> policy,
               std::string policy_directory)
    : parts_(parts),
      policy_(std::move(policy)),
      policy_directory_(std::move(policy_directory)) {}

Broker::~Broker() = default;

Snapshot Broker::TakeSnapshot() const {
  return Snapshot{parts_.machine.topology(), leases_.occupancy(),
                  leases_.version(), policy_,
                  parts_.granter.Grantable(parts_.machine.topology())};
}

void Broker::Plan(const Asker& asker, Document pipeline, PlanDone done) {
  auto shared_done = std::make_shared<PlanDone>(std::move(done));
  // The reply behind `done` belongs to the loop: a job hands it back whole and
  // keeps no share that could be the last one on its own thread.
  auto job = [this, asker, pipeline = std::move(pipeline), reply = shared_done,
              snapshot = TakeSnapshot()]() mutable {
    auto answer = std::make_shared<Result<Document>>(
        Guarded<Document>([&]() -> Result<Document> {
          ACCELD_TRY(
              const SolvedRequest solved,
              SolvePipeline(pipeline, asker.subject, snapshot, parts_.clock));
          return placement::ToDocument(solved.request, solved.candidates,
                                       *snapshot.topology, solved.solved);
        }));
    parts_.loop.Post(
        [reply = std::move(reply), answer] { (*reply)(std::move(*answer)); });
  };
  auto submitted = parts_.threads.Submit(asker.subject.uid, std::move(job));
  if (!submitted) (*shared_done)(Fail(std::move(submitted.error())));
}

Status Broker::Admit(const AcquireRequest& request) const {
  if (parts_.granter.mode() == GrantMode::kPlanOnly) {
    return Fail(ErrorCode::kUnsupported,
                "acceld serves a recorded or described machine: it can be "
                "looked at and planned on. Start acceld with --stand-in=soft "
                "to let software accelerators stand in for its devices");
  }
  return CheckSessionSocket(request.session.get());
}

void Broker::Acquire(const Asker& asker, AcquireRequest request,
                     AcquireDone done) {
  if (auto admitted = Admit(request); !admitted) {
    done(Fail(std::move(admitted.error())));
    return;
  }
  // Before any work: who holds all it may makes the daemon do nothing.
  Holdings lease;
  lease.leases = 1;
  auto charge = ledger_.Take(asker.subject.uid, lease, policy_->limits());
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
  pending->done = std::move(done);
  StartSolving(pending);
}

void Broker::StartSolving(const std::shared_ptr<Pending>& pending) {
  pending->snapshot = TakeSnapshot();
  auto job = [this, mine = pending]() mutable {
    const Snapshot& snapshot = mine->snapshot;
    auto answer = std::make_shared<Result<SolvedRequest>>(
        Guarded<SolvedRequest>([&]() -> Result<SolvedRequest> {
          ACCELD_TRY(SolvedRequest solved,
                     SolvePipeline(mine->pipeline, mine->asker.subject,
                                   snapshot, parts_.clock));
          ACCELD_TRY(mine->opened,
                     parts_.granter.OpenNodes(solved, *snapshot.topology));
          return solved;
        }));
    // Handed back whole, as in Plan().
    parts_.loop.Post([this, mine = std::move(mine), answer] {
      OnSolved(mine, std::move(*answer));
    });
  };
  const uid_t user = pending->asker.subject.uid;
  if (auto submitted = parts_.threads.Submit(user, std::move(job));
      !submitted) {
    pending->done(Fail(std::move(submitted.error())));
  }
}

void Broker::OnSolved(const std::shared_ptr<Pending>& pending,
                      Result<SolvedRequest> solved) {
  if (!solved) {
    pending->done(Fail(std::move(solved.error())));
    return;
  }
  auto acquired = Commit(*pending, *solved);
  if (!acquired && acquired.error().code == ErrorCode::kStale &&
      ++pending->retries <= kMaxRetries) {
    pending->opened.clear();
    StartSolving(pending);
    return;
  }
  pending->done(std::move(acquired));
}

Result<Broker::Acquired> Broker::Commit(Pending& pending,
                                        const SolvedRequest& solved) {
  const Snapshot now = TakeSnapshot();
  if (now.topology != pending.snapshot.topology ||
      now.policy != pending.snapshot.policy) {
    return Fail(ErrorCode::kStale, "the machine changed while solving");
  }
  if (now.occupancy_version != pending.snapshot.occupancy_version) {
    ACCELD_TRY_VOID(StillStands(solved, pending.asker.subject, now));
  }
  ACCELD_TRY(std::unique_ptr<Lease> lease, MakeLease(pending, solved));
  const LeaseId id = lease->id;
  Lease& placed = leases_.Insert(std::move(lease));
  if (auto sent = HandOver(placed, pending.keep); !sent) {
    // Some may have arrived: what was opened stays charged until it is closed.
    End(id, LeaseState::kReleased, "", nullptr);
    return Fail(std::move(sent.error()));
  }
  Log(LogLevel::kInfo, "lease_granted",
      {{"lease", id},
       {"uid", placed.owner},
       {"devices", Joined(placed.devices)},
       {"cost", solved.solved.placement.total},
       {"generation", now.topology->generation()}});
  return Acquired{id, placed.placement};
}

Result<std::unique_ptr<Lease>> Broker::MakeLease(Pending& pending,
                                                 const SolvedRequest& solved) {
  const graph::Topology& topology = *pending.snapshot.topology;
  auto lease = std::make_unique<Lease>();
  ACCELD_TRY(lease->quota, ledger_.Take(pending.asker.subject.uid,
                                        HoldingsOf(solved), policy_->limits()));
  ACCELD_TRY(lease->id, MakeRandomId());
  ACCELD_TRY(
      lease->lifeline,
      WatchLifeline(parts_.loop, pending.session.get(), [this, id = lease->id] {
        End(id, LeaseState::kReleased, "", nullptr);
      }));
  ACCELD_TRY(auto granted,
             parts_.granter.Make(pending.asker.subject.uid, solved, topology,
                                 std::move(pending.opened)));
  lease->lease_charge = std::move(pending.lease_charge);
  lease->queues = std::move(granted.queues);
  lease->owner = pending.asker.subject.uid;
  lease->sender = pending.asker.sender;
  lease->pid = pending.asker.pid;
  lease->since = parts_.clock.Now();
  lease->charges =
      placement::ChargesOf(solved.request, topology, solved.solved.placement);
  lease->placement =
      placement::ToDocument(solved.request, topology, solved.solved);
  for (const api::Grant& grant : granted.grants) {
    if (grant.kind == "buffer") continue;
    lease->stages.push_back(grant.stage);
    lease->devices.push_back(grant.device);
    lease->identities.push_back(IdentityOf(topology, grant.device));
  }
  lease->untaken = std::move(granted.grants);
  lease->session = std::move(pending.session);
  return lease;
}

Status Broker::HandOver(Lease& lease, bool keep) {
  if (keep) return {};
  lease.state = LeaseState::kActive;
  const std::vector<api::Grant> grants = std::exchange(lease.untaken, {});
  return api::SendGrants(lease.session.get(), LeasePath(lease.id), grants);
}

}  // namespace acceld::daemon
