// Broker, third part: how leases end, and what has to happen before their
// devices are free.
#include <algorithm>
#include <iterator>
#include <utility>

#include "base/log.h"
#include "daemon/broker.h"
#include "daemon/broker_state.h"
#include "daemon/lease/unread_grants.h"
#include "placement/device_view.h"

namespace acceld::daemon {
namespace {

// Of a device that is given back by other means.
class NothingBound final : public Binding {
 public:
  void Revoke() noexcept override {}
  [[nodiscard]] Result<std::vector<Holder>> FindHolders() override {
    return std::vector<Holder>();
  }
  [[nodiscard]] Status Restore() override { return {}; }
};

// The socket on which what was granted may still be on its way.
UniqueFd& CarrierOf(Lease& lease) {
  for (const auto& visitor : lease.visitors) {
    if (visitor->has_grants) return visitor->connection;
  }
  return lease.session;
}

}  // namespace

void Broker::End(const LeaseId& id, LeaseState how, const std::string& reason,
                 ReleaseDone done) {
  if (leases_.Find(id) == nullptr) return;
  const std::unique_ptr<Lease> lease = leases_.Remove(id);
  lease->state = how;
  UniqueFd& carrier = CarrierOf(*lease);
  const int unread = UnreadBytes(carrier.get());
  if (how == LeaseState::kRevoked) {
    // A client that does not read its session socket learns it by the signal.
    (void)api::SendRevoked(lease->session.get(), LeasePath(id), reason);
    for (const auto& visitor : lease->visitors) {
      (void)api::SendRevoked(visitor->connection.get(), LeasePath(id), reason);
    }
  }
  std::erase_if(lease->queues, [&](soft::QueueId queue) {
    return !parts_.granter.Close(lease->owner, queue);
  });
  Log(LogLevel::kInfo, "lease_ended",
      {{"lease", id},
       {"uid", lease->owner},
       {"state", Name(how)},
       {"reason", reason}});
  TallyOf(lease->subject).CountEnd(how);
  if (observer_ != nullptr) observer_->OnLeaseEnded(*lease, reason);
  lease->untaken.clear();
  auto ending = std::make_unique<Ending>();
  if (unread > 0) {
    const int later = UnreadBytes(carrier.get()) - unread;
    ending->unread =
        std::make_shared<const UnreadGrants>(std::move(carrier), later);
  }
  ending->id = id;
  ending->charges = std::move(lease->charges);
  ending->lease_charge = std::move(lease->lease_charge);
  ending->quota = std::move(lease->quota);
  ending->queues = std::move(lease->queues);
  ending->done = std::move(done);
  StartEnding(std::move(ending), lease->subject, lease->devices,
              std::move(lease->bindings));
}

void Broker::StartEnding(std::unique_ptr<Ending> ending,
                         const policy::Subject& owner,
                         const std::vector<std::string>& devices,
                         std::vector<std::unique_ptr<Binding>> bindings) {
  Ending& entered = *endings_.emplace_back(std::move(ending));
  for (std::size_t i = 0; i < bindings.size(); ++i) {
    const std::string& device = devices[i];
    const auto rest = RestOf(device);
    if (bindings[i] == nullptr) {
      // A lease that came to nothing used no queue.
      if (!entered.id.empty()) RestSoft({entered.id, owner, device, {}, rest});
      continue;
    }
    const bool blocks = rest.count() > 0 || !IsForMany(device);
    if (blocks) leases_.Block(device);
    ++entered.bindings;
    quarantine_.Take(
        {entered.id, owner, device, entered.unread, rest},
        std::move(bindings[i]),
        [this, device, blocks] {
          if (blocks) leases_.Unblock(device);
          if (is_stopping_) FinishStopping();
        },
        [this, &entered, device] {
          leases_.FreeDevice(entered.charges, device);
          --entered.bindings;
          FreeClosed();
        });
  }
  if (entered.done && entered.bindings > 0) {
    auto patience = parts_.off_loop.After(kReleasePatience, [&entered] {
      if (auto done = std::exchange(entered.done, nullptr)) done({});
    });
    if (patience) entered.patience = *std::move(patience);
  }
  FreeClosed();
}

std::chrono::nanoseconds Broker::RestOf(const std::string& device) const {
  const auto marks = MarksOf(device);
  if (!marks || is_stopping_) return std::chrono::nanoseconds(0);
  return std::chrono::nanoseconds(
      policy_->ReleaseOf(*marks).quarantine.value());
}

// Its queue is closed by its own worker: only the rest is the quarantine's.
void Broker::RestSoft(Quarantine::Origin origin) {
  if (origin.rest.count() <= 0) return;
  const std::string device = origin.device;
  leases_.Block(device);
  quarantine_.Take(std::move(origin), std::make_unique<NothingBound>(),
                   [this, device] {
                     leases_.Unblock(device);
                     if (is_stopping_) FinishStopping();
                   });
}

bool Broker::IsForMany(const std::string& device) const {
  const auto id = topology()->Find(device);
  if (!id) return false;
  const placement::DeviceView view(*topology(), *id);
  const auto* sharing = view.GetAs<std::string>(attr::kSharing);
  return sharing != nullptr && *sharing == "multi-app";
}

void Broker::FreeClosed() {
  const auto closed = std::stable_partition(
      endings_.begin(), endings_.end(), [](const auto& ending) {
        return !ending->queues.empty() || ending->bindings > 0;
      });
  std::vector<std::unique_ptr<Ending>> done(
      std::make_move_iterator(closed), std::make_move_iterator(endings_.end()));
  endings_.erase(closed, endings_.end());
  for (const auto& ending : done) {
    leases_.Free(ending->charges);
    Log(LogLevel::kDebug, "lease_freed", {{"lease", ending->id}});
    ending->lease_charge = accounting::LeaseCharge();
    ending->quota = accounting::LeaseCharge();
    if (ending->done) ending->done({});
  }
  if (is_stopping_) FinishStopping();
}

void Broker::OnQueueClosed(soft::QueueId queue) {
  for (const auto& ending : endings_) std::erase(ending->queues, queue);
  FreeClosed();
}

void Broker::OnQueuesLost(const std::vector<soft::QueueId>& queues) {
  std::vector<LeaseId> lost;
  for (Lease* lease : leases_.All()) {
    const auto before = lease->queues.size();
    std::erase_if(lease->queues, [&](soft::QueueId queue) {
      return std::find(queues.begin(), queues.end(), queue) != queues.end();
    });
    if (lease->queues.size() != before) lost.push_back(lease->id);
  }
  for (const LeaseId& id : lost) {
    End(id, LeaseState::kRevoked, "the worker of a software accelerator died",
        nullptr);
  }
  for (const soft::QueueId queue : queues) OnQueueClosed(queue);
}

void Broker::Stop(const std::string& reason, std::function<void()> stopped) {
  is_stopping_ = true;
  stopped_ = std::move(stopped);
  quarantine_.EndRests();
  for (const Lease* lease : leases_.All()) {
    End(LeaseId(lease->id), LeaseState::kRevoked, reason, nullptr);
  }
  auto patience = parts_.off_loop.After(kStopPatience, [this] {
    if (auto done = std::exchange(stopped_, nullptr)) done();
  });
  if (patience) stop_patience_ = *std::move(patience);
  FinishStopping();
}

void Broker::FinishStopping() {
  if (binds_ > 0 || !quarantine_.empty() || stopped_ == nullptr) return;
  std::exchange(stopped_, nullptr)();
}

}  // namespace acceld::daemon
