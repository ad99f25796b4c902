#include "daemon/service/watchers.h"

#include <algorithm>
#include <utility>

namespace acceld::daemon {

Watchers::Watchers(sdbus::IConnection& connection, EventLoop& loop,
                   std::function<bool(const std::string&)> is_connected)
    : connection_(connection),
      loop_(loop),
      is_connected_(std::move(is_connected)) {}

Status Watchers::MakeWatcher(const Asker& asker) {
  const auto of_user =
      std::count_if(watchers_.begin(), watchers_.end(), [&](const auto& one) {
        return one.second.asker.subject.uid == asker.subject.uid;
      });
  if (watchers_.size() >= kMax ||
      static_cast<std::size_t>(of_user) >= kMaxOfUser) {
    return Fail(ErrorCode::kQuotaExceeded,
                "too many connections watch leases or devices");
  }
  const std::string match =
      "type='signal',sender='org.freedesktop.DBus',"
      "interface='org.freedesktop.DBus',member='NameOwnerChanged',arg0='" +
      asker.sender + "'";
  auto departure =
      connection_.addMatch(match, [this, name = asker.sender](sdbus::Message&) {
        // Later: the match must not go while it is being called.
        loop_.Post([this, name] { Forget(name); });
      });
  watchers_.emplace(asker.sender,
                    Watcher{asker, false, false, std::move(departure)});
  return {};
}

void Watchers::Forget(const std::string& name) {
  watchers_.erase(name);
  news_.Remove(name);
}

Status Watchers::Add(const Asker& asker, What what) {
  const bool is_new = !watchers_.contains(asker.sender);
  if (is_new) ACCELD_TRY_VOID(MakeWatcher(asker));
  Watcher& watcher = watchers_.at(asker.sender);
  watcher.leases |= what != What::kAvailability;
  watcher.all_leases |= what == What::kAllLeases;
  if (what == What::kAvailability) news_.Add(asker.sender);
  // It may have left before the match was in place.
  if (is_new && !is_connected_(asker.sender)) Forget(asker.sender);
  return {};
}

std::vector<std::string> Watchers::Of(const Broker& broker,
                                      const Lease& lease) const {
  std::vector<std::string> names;
  for (const auto& [name, watcher] : watchers_) {
    if (!watcher.leases) continue;
    if (watcher.all_leases ||
        broker.MayKnowLeaseOf(watcher.asker, lease.subject)) {
      names.push_back(name);
    }
  }
  return names;
}

std::vector<AvailabilityNews::News> Watchers::DueNews(
    SteadyTime now,
    const std::function<bool(const Asker&, const std::string&)>& shows) {
  return news_.Due(now, [&](const std::string& connection,
                            const std::string& device) {
    const auto watcher = watchers_.find(connection);
    return watcher != watchers_.end() && shows(watcher->second.asker, device);
  });
}

}  // namespace acceld::daemon
