// The connections that want to know when leases begin and end. Loop thread
// only.
#pragma once

#include <sdbus-c++/sdbus-c++.h>

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "daemon/broker.h"
#include "daemon/event_loop.h"

namespace acceld::daemon {

class LeaseWatchers {
 public:
  static constexpr std::size_t kMax = 256;
  static constexpr std::size_t kMaxOfUser = 16;

  // All must outlive this. `is_connected`: whether the bus knows a connection.
  LeaseWatchers(sdbus::IConnection& connection, EventLoop& loop,
                std::function<bool(const std::string&)> is_connected);

  // Until it leaves the bus. `all`: it may see every lease. Errors:
  // kQuotaExceeded.
  [[nodiscard]] Status Add(const Asker& asker, bool all);
  // Those that may see `lease`.
  [[nodiscard]] std::vector<std::string> Of(const Broker& broker,
                                            const Lease& lease) const;

 private:
  struct Watcher {
    Asker asker;
    bool all = false;
    sdbus::Slot departure;
  };

  sdbus::IConnection& connection_;
  EventLoop& loop_;
  std::function<bool(const std::string&)> is_connected_;
  std::map<std::string, Watcher> watchers_;  // by unique bus name
};

}  // namespace acceld::daemon
