// Broker, sixth part: who comes to a lease by its own socket.
#include <algorithm>
#include <memory>
#include <utility>

#include "api/session.h"
#include "base/log.h"
#include "daemon/broker.h"
#include "daemon/lease/lifeline.h"

namespace acceld::daemon {

Status Broker::OpenSocket(Lease& lease) {
  if (parts_.sockets == nullptr) {
    return Fail(ErrorCode::kUnsupported,
                "this acceld gives leases no sockets of their own: it has no "
                "directory for them (--runtime-directory)");
  }
  ACCELD_TRY(LeaseSocket socket,
             parts_.sockets->Open(lease.id, lease.owner,
                                  [this, id = lease.id](UniqueFd connection) {
                                    OnVisit(id, std::move(connection));
                                  }));
  lease.socket.emplace(std::move(socket));
  return {};
}

void Broker::OnVisit(const LeaseId& id, UniqueFd connection) {
  Lease* lease = leases_.Find(id);
  // It may have ended since, or have visitors enough: the connection closes.
  if (lease == nullptr || lease->visitors.size() >= kMaxVisitors) return;
  auto visitor = std::make_unique<Lease::Visitor>();
  visitor->connection = std::move(connection);
  const int socket = visitor->connection.get();
  auto lifeline =
      WatchLifeline(parts_.loop, socket, [this, id, gone = visitor.get()] {
        // Copies: what is called ends with the visitor.
        OnVisitorGone(LeaseId(id), gone);
      });
  if (!lifeline) {
    Log(LogLevel::kError, "visitor_refused",
        {{"lease", id}, {"what", lifeline.error().message}});
    return;
  }
  visitor->lifeline = *std::move(lifeline);
  lease->visitors.push_back(std::move(visitor));
  lease->patience.reset();
  lease->state = LeaseState::kActive;
  const std::vector<api::Grant> grants = std::exchange(lease->untaken, {});
  lease->visitors.back()->has_grants = !grants.empty();
  Log(LogLevel::kInfo, "lease_visited",
      {{"lease", id},
       {"uid", lease->owner},
       {"grants", static_cast<std::int64_t>(grants.size())}});
  const Status sent = api::SendGrants(socket, LeasePath(id), grants);
  if (sent || grants.empty()) return;
  // Some may have arrived: what was opened stays charged until it is closed.
  End(id, LeaseState::kRevoked,
      "who came to the lease's socket did not take its grants", nullptr);
}

void Broker::OnVisitorGone(const LeaseId& id, const Lease::Visitor* visitor) {
  Lease* lease = leases_.Find(id);
  if (lease == nullptr) return;
  const auto found =
      std::find_if(lease->visitors.begin(), lease->visitors.end(),
                   [&](const auto& one) { return one.get() == visitor; });
  if (found == lease->visitors.end()) return;
  // Its lifeline is what is being called: it goes last.
  const std::unique_ptr<Lease::Visitor> gone = std::move(*found);
  lease->visitors.erase(found);
  if (lease->is_session_over) OnSessionClosed(id);
}

}  // namespace acceld::daemon
