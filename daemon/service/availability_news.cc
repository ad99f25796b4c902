#include "daemon/service/availability_news.h"

#include <algorithm>
#include <utility>

namespace acceld::daemon {

void AvailabilityNews::Remove(const std::string& connection) {
  connections_.erase(connection);
  ForgetOld();
}

bool AvailabilityNews::Note(const std::string& device) {
  if (connections_.empty()) return false;
  changes_[device] = ++last_;
  return true;
}

std::vector<AvailabilityNews::News> AvailabilityNews::Due(SteadyTime now,
                                                          const Shows& shows) {
  std::vector<News> all;
  for (auto& [connection, told] : connections_) {
    if (told.seen == last_ || (told.at && now < *told.at + kPause)) continue;
    News news{connection, {}};
    for (const auto& [device, change] : changes_) {
      if (change > told.seen && shows(connection, device)) {
        news.devices.push_back(device);
      }
    }
    told.seen = last_;
    if (news.devices.empty()) continue;
    told.at = now;
    all.push_back(std::move(news));
  }
  ForgetOld();
  return all;
}

std::optional<SteadyTime> AvailabilityNews::NextDue() const {
  std::optional<SteadyTime> next;
  for (const auto& [connection, told] : connections_) {
    if (told.seen == last_ || !told.at) continue;
    const SteadyTime due = *told.at + kPause;
    if (!next || due < *next) next = due;
  }
  return next;
}

// What everybody was asked about.
void AvailabilityNews::ForgetOld() {
  const bool all_seen =
      std::all_of(connections_.begin(), connections_.end(),
                  [this](const auto& one) { return one.second.seen == last_; });
  if (all_seen) changes_.clear();
}

}  // namespace acceld::daemon
