#include "daemon/broker.h"

#include <optional>
#include <utility>

#include "daemon/broker_state.h"

namespace acceld::daemon {
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
      quarantine_(parts.off_loop, parts.clock) {}

Broker::~Broker() = default;

Snapshot Broker::TakeSnapshot(
    const Asker& asker, const std::optional<ClientProcess>& client) const {
  Snapshot snapshot{parts_.machine.topology(),
                    leases_.occupancy(),
                    leases_.version(),
                    policy_,
                    parts_.granter.Refusal(parts_.machine.topology()),
                    {},
                    taints(),
                    client && leases_.HasPasid(client->id)};
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

void Broker::Plan(const Asker& asker, Document pipeline, PlanDone done) {
  auto shared_done = std::make_shared<PlanDone>(std::move(done));
  // The reply behind `done` belongs to the loop: a job hands it back whole and
  // keeps no share that could be the last one on its own thread.
  auto job = [this, asker, pipeline = std::move(pipeline), reply = shared_done,
              snapshot = TakeSnapshot(asker, std::nullopt)]() mutable {
    auto answer = std::make_shared<Result<Document>>(
        Guarded<Document>([&]() -> Result<Document> {
          // That nothing fits is an answer, no fault: Plan is asked for it.
          std::optional<Document> refusal;
          auto solved = SolvePipeline(pipeline, asker.subject, snapshot,
                                      parts_.clock, &refusal);
          if (refusal) return *std::move(refusal);
          if (!solved) return Fail(std::move(solved.error()));
          return ExplainPlan(*solved, snapshot, parts_.clock);
        }));
    parts_.loop.Post(
        [reply = std::move(reply), answer] { (*reply)(std::move(*answer)); });
  };
  auto submitted = parts_.threads.Submit(asker.subject.uid, std::move(job));
  if (!submitted) (*shared_done)(Fail(std::move(submitted.error())));
}

}  // namespace acceld::daemon
