#include "daemon/broker.h"

#include <optional>
#include <utility>

#include "daemon/broker_state.h"
#include "daemon/plan_copies.h"
#include "daemon/solver_clock.h"
#include "placement/device_view.h"

namespace acceld::daemon {
namespace {

// That nothing fits is an answer, no fault: Plan is asked for it.
Result<Document> PlanOne(const Document& pipeline,
                         const policy::Subject& subject,
                         const Snapshot& snapshot, const Clock& clock) {
  std::optional<Document> refusal;
  auto solved = SolvePipeline(pipeline, subject, snapshot, clock, &refusal);
  if (refusal) return *std::move(refusal);
  if (!solved) return Fail(std::move(solved.error()));
  return ExplainPlan(*solved, snapshot, clock);
}

}  // namespace

Broker::Broker(const Parts& parts, std::shared_ptr<const policy::Policy> policy,
               std::string policy_directory)
    : parts_(parts),
      policy_(std::move(policy)),
      policy_state_{.since = parts.clock.Now()},
      reload_(
          parts.off_loop, std::move(policy_directory),
          [this](std::shared_ptr<const policy::Policy> read) {
            return Adopt(std::move(read));
          },
          [this](const Error& error) {
            policy_state_.failure = {error, parts_.clock.Now()};
            if (observer_ != nullptr) observer_->OnPolicyState(false);
          }),
      books_(parts.clock, policy_,
             [this](const std::string& device) { return MarksOf(device); }),
      quarantine_(parts.off_loop, parts.clock) {
  leases_.OnChange([this](const std::string& device) {
    if (observer_ != nullptr) observer_->OnAvailability(device);
  });
}

Broker::~Broker() = default;

// Keeps alive what the devices refer to.
struct Broker::Marked {
  std::shared_ptr<const graph::Topology> topology;
  std::shared_ptr<const policy::Policy> policy;
  placement::MarkedDevices devices;
};

std::shared_ptr<const placement::MarkedDevices> Broker::Devices() const {
  if (marked_ == nullptr || marked_->topology != topology() ||
      marked_->policy != policy_) {
    marked_ = std::make_shared<const Marked>(
        Marked{topology(), policy_, {*topology(), *policy_}});
  }
  return {marked_, &marked_->devices};
}

placement::Hidden Broker::HiddenFrom(const Asker& asker) const {
  return {*Devices(), *topology(), *policy_, policy_->Mark(asker.subject)};
}

std::optional<policy::DeviceMarks> Broker::MarksOf(
    const std::string& device) const {
  const auto id = topology()->Find(device);
  if (!id) return std::nullopt;
  return policy_->Mark(placement::DeviceView(*topology(), *id));
}

Snapshot Broker::TakeSnapshot(const Asker& asker,
                              const std::optional<ProcessId>& opener) const {
  Snapshot snapshot{parts_.machine.topology(),
                    leases_.occupancy(),
                    leases_.version(),
                    policy_,
                    parts_.granter.Refusal(parts_.machine.topology()),
                    {},
                    taints(),
                    opener && leases_.HasPasid(*opener),
                    Devices(),
                    books_.UsesOf(asker.subject)};
  auto refused = sva_.RefusedFor(asker.subject.uid);
  if (refused.empty()) return snapshot;
  snapshot.sva_refusal =
      [refused = std::move(refused)](
          const graph::Vertex& device) -> std::optional<std::string> {
    const auto found = refused.find(device.key);
    if (found == refused.end()) return std::nullopt;
    return found->second;
  };
  return snapshot;
}

void Broker::Plan(const Asker& asker, PlanRequest request, PlanDone done) {
  done = Counted(asker, std::move(done));
  auto solve = books_.StartSolve(asker.subject);
  if (!solve) {
    done(Fail(std::move(solve.error())));
    return;
  }
  // What waits in the loop for the answer.
  struct Waiting {
    PlanDone done;
    accounting::Accounts::Solve solve;
  };
  auto waiting =
      std::make_shared<Waiting>(Waiting{std::move(done), *std::move(solve)});
  // The reply behind `done` belongs to the loop: a job hands it back whole and
  // keeps no share that could be the last one on its own thread.
  auto job = [this, asker, request = std::move(request), mine = waiting,
              snapshot = TakeSnapshot(asker, std::nullopt)]() mutable {
    const SolverClock clock(parts_.clock);
    auto answer = std::make_shared<Result<Document>>(Guarded<Document>([&] {
      if (request.copies > 0) {
        return PlanCopies(request.pipeline, request.copies, asker.subject,
                          snapshot, clock);
      }
      return PlanOne(request.pipeline, asker.subject, snapshot, clock);
    }));
    parts_.loop.Post([mine = std::move(mine), answer, spent = clock.Spent()] {
      mine->solve.End(spent);
      mine->done(std::move(*answer));
    });
  };
  auto submitted = parts_.threads.Submit(asker.subject.uid, std::move(job));
  if (!submitted) waiting->done(Fail(std::move(submitted.error())));
}

}  // namespace acceld::daemon
