// The connections that want to know when leases begin and end, or when
// something of the devices is taken or given back. Loop thread only.
#pragma once

#include <sdbus-c++/sdbus-c++.h>

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "daemon/broker.h"
#include "daemon/event_loop.h"
#include "daemon/service/availability_news.h"

namespace acceld::daemon {

class Watchers {
 public:
  static constexpr std::size_t kMax = 256;
  static constexpr std::size_t kMaxOfUser = 16;

  // All must outlive this. `is_connected`: whether the bus knows a connection.
  Watchers(sdbus::IConnection& connection, EventLoop& loop,
           std::function<bool(const std::string&)> is_connected);

  enum class What {
    kLeases,        // that it may see
    kAllLeases,     // everybody's
    kAvailability,  // of the devices that it may see
  };
  // Until it leaves the bus, beside what it watches already. Errors:
  // kQuotaExceeded.
  [[nodiscard]] Status Add(const Asker& asker, What what);
  // Those that may see `lease`.
  [[nodiscard]] std::vector<std::string> Of(const Broker& broker,
                                            const Lease& lease) const;

  // Whether it is of interest to anybody.
  bool NoteAvailability(const std::string& device) {
    return news_.Note(device);
  }
  // As AvailabilityNews::Due() and NextDue(). `shows`: whether the asker may
  // see a device now.
  [[nodiscard]] std::vector<AvailabilityNews::News> DueNews(
      SteadyTime now,
      const std::function<bool(const Asker&, const std::string&)>& shows);
  [[nodiscard]] std::optional<SteadyTime> NextNews() const {
    return news_.NextDue();
  }

 private:
  struct Watcher {
    Asker asker;
    bool leases = false;
    bool all_leases = false;
    sdbus::Slot departure;
  };
  [[nodiscard]] Status MakeWatcher(const Asker& asker);
  void Forget(const std::string& name);

  sdbus::IConnection& connection_;
  EventLoop& loop_;
  std::function<bool(const std::string&)> is_connected_;
  std::map<std::string, Watcher> watchers_;  // by unique bus name
  AvailabilityNews news_;                    // of some of them
};

}  // namespace acceld::daemon
