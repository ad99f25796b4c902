// Broker, fifth part: leases that outlive their session for a while, so that a
// client which is restarted finds them as they were.
#include <chrono>
#include <utility>

#include "base/log.h"
#include "daemon/broker.h"
#include "daemon/lease/lifeline.h"
#include "daemon/lease/unread_grants.h"

namespace acceld::daemon {

Result<EventLoop::Source> Broker::WatchSession(int session, const LeaseId& id) {
  return WatchLifeline(parts_.loop, session, [this, id] {
    // A copy: what is called ends with the lease.
    OnSessionClosed(LeaseId(id));
  });
}

void Broker::OnSessionClosed(const LeaseId& id) {
  Lease* lease = leases_.Find(id);
  if (lease == nullptr) return;
  lease->is_session_over = true;
  if (!lease->visitors.empty()) {
    // Last: it is what is being called.
    lease->lifeline = EventLoop::Source();
    return;
  }
  const auto give_up = [this, id] {
    End(LeaseId(id), LeaseState::kReleased, "", nullptr);
  };
  if (lease->linger.count() > 0) {
    auto patience = parts_.off_loop.After(
        std::chrono::ceil<std::chrono::microseconds>(lease->linger), give_up);
    if (patience) {
      lease->patience = *std::move(patience);
      Log(LogLevel::kInfo, "lease_lingers",
          {{"lease", id}, {"uid", lease->owner}});
      // Last: it is what is being called.
      lease->lifeline = EventLoop::Source();
      return;
    }
  }
  give_up();
}

Status Broker::Attach(const Asker& asker, const LeaseId& id, UniqueFd session) {
  Lease* lease = Find(asker, id);
  if (lease == nullptr || lease->owner != asker.subject.uid) {
    return Fail(ErrorCode::kNotFound, "no such lease");
  }
  ACCELD_TRY_VOID(CheckSessionSocket(session.get()));
  // What is still on its way there would be known to nobody.
  if (UnreadBytes(lease->session.get()) > 0) {
    return Fail(ErrorCode::kBusy,
                "grants on the session socket before were not read yet");
  }
  ACCELD_TRY(auto lifeline, WatchSession(session.get(), id));
  lease->lifeline = std::move(lifeline);
  lease->session = std::move(session);
  lease->patience.reset();
  lease->is_session_over = false;
  lease->sender = asker.sender;
  lease->pid = asker.pid;
  Log(LogLevel::kInfo, "lease_attached",
      {{"lease", id}, {"uid", lease->owner}});
  return {};
}

}  // namespace acceld::daemon
