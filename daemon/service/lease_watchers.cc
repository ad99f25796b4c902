#include "daemon/service/lease_watchers.h"

#include <algorithm>
#include <utility>

namespace acceld::daemon {

LeaseWatchers::LeaseWatchers(
    sdbus::IConnection& connection, EventLoop& loop,
    std::function<bool(const std::string&)> is_connected)
    : connection_(connection),
      loop_(loop),
      is_connected_(std::move(is_connected)) {}

Status LeaseWatchers::Add(const Asker& asker, bool all) {
  const auto known = watchers_.find(asker.sender);
  if (known != watchers_.end()) {
    known->second.all = known->second.all || all;
    return {};
  }
  const auto of_user =
      std::count_if(watchers_.begin(), watchers_.end(), [&](const auto& one) {
        return one.second.asker.subject.uid == asker.subject.uid;
      });
  if (watchers_.size() >= kMax ||
      static_cast<std::size_t>(of_user) >= kMaxOfUser) {
    return Fail(ErrorCode::kQuotaExceeded,
                "too many connections watch the leases");
  }
  const std::string match =
      "type='signal',sender='org.freedesktop.DBus',"
      "interface='org.freedesktop.DBus',member='NameOwnerChanged',arg0='" +
      asker.sender + "'";
  auto departure =
      connection_.addMatch(match, [this, name = asker.sender](sdbus::Message&) {
        // Later: the match must not go while it is being called.
        loop_.Post([this, name] { watchers_.erase(name); });
      });
  watchers_.emplace(asker.sender, Watcher{asker, all, std::move(departure)});
  // It may have left before the match was in place.
  if (!is_connected_(asker.sender)) watchers_.erase(asker.sender);
  return {};
}

std::vector<std::string> LeaseWatchers::Of(const Broker& broker,
                                           const Lease& lease) const {
  std::vector<std::string> names;
  for (const auto& [name, watcher] : watchers_) {
    if (watcher.all || broker.MayKnowLeaseOf(watcher.asker, lease.subject)) {
      names.push_back(name);
    }
  }
  return names;
}

}  // namespace acceld::daemon
