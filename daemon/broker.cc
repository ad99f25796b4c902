#include "daemon/broker.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "daemon/broker_state.h"
#include "daemon/lease/lifeline.h"

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

Holdings HoldingsOf(const SolvedRequest& solved) {
  Holdings holdings;
  holdings.leases = 1;
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
  auto job = [this, asker, pipeline = std::move(pipeline), shared_done,
              snapshot = TakeSnapshot()] {
    auto solved =
        SolvePipeline(pipeline, asker.subject, snapshot, parts_.clock);
    Result<Document> answer = solved ? Result<Document>(placement::ToDocument(
                                           solved->request, solved->candidates,
                                           *snapshot.topology, solved->solved))
                                     : Fail(std::move(solved.error()));
    parts_.loop.Post([shared_done, answer = std::move(answer)]() mutable {
      (*shared_done)(std::move(answer));
    });
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
  auto pending = std::make_shared<Pending>();
  pending->asker = asker;
  pending->pipeline = std::move(request.pipeline);
  pending->session = std::move(request.session);
  pending->keep = request.keep;
  pending->done = std::move(done);
  StartSolving(std::move(pending));
}

void Broker::StartSolving(std::shared_ptr<Pending> pending) {
  pending->snapshot = TakeSnapshot();
  auto job = [this, pending] {
    const Snapshot& snapshot = pending->snapshot;
    auto solved = SolvePipeline(pending->pipeline, pending->asker.subject,
                                snapshot, parts_.clock);
    if (solved) {
      auto opened = parts_.granter.OpenNodes(*solved, *snapshot.topology);
      if (opened) {
        pending->opened = *std::move(opened);
      } else {
        solved = Fail(std::move(opened.error()));
      }
    }
    // std::function wants a copyable call, so the result travels shared.
    auto answer = std::make_shared<Result<SolvedRequest>>(std::move(solved));
    parts_.loop.Post(
        [this, pending, answer] { OnSolved(pending, std::move(*answer)); });
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
  ACCELD_TRY(lease->id, MakeLeaseId());
  ACCELD_TRY(
      lease->lifeline,
      WatchLifeline(parts_.loop, pending.session.get(), [this, id = lease->id] {
        End(id, LeaseState::kReleased, "", nullptr);
      }));
  ACCELD_TRY(auto granted,
             parts_.granter.Make(pending.asker.subject.uid, solved, topology,
                                 std::move(pending.opened)));
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
  }
  if (auto sent = HandOver(pending, *lease, std::move(granted.grants)); !sent) {
    for (const soft::QueueId queue : lease->queues) {
      (void)parts_.granter.Close(lease->owner, queue);
    }
    return Fail(std::move(sent.error()));
  }
  lease->session = std::move(pending.session);
  return lease;
}

Status Broker::HandOver(Pending& pending, Lease& lease,
                        std::vector<api::Grant> grants) {
  if (pending.keep) {
    lease.untaken = std::move(grants);
    return {};
  }
  lease.state = LeaseState::kActive;
  return api::SendGrants(pending.session.get(), LeasePath(lease.id), grants);
}

}  // namespace acceld::daemon
