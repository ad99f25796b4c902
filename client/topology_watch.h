// TopologyWatch: hears when the machine that acceld serves has changed, and
// when acceld itself comes and goes. Beside Client, which asks.
//
// For a loop of the caller's own: no thread is started. Single-threaded; no
// exception leaves it.
#pragma once

#include <string>
#include <utility>

#include "base/result.h"
#include "client/signal_watch.h"

namespace acceld::client {

class TopologyWatch {
 public:
  // `bus`: "system", "session" or a D-Bus address. acceld need not be there.
  // Errors: kUnavailable (no bus), kPermissionDenied.
  [[nodiscard]] static Result<TopologyWatch> Open(const std::string& bus);

  // Readable when something waits; the watch's own.
  [[nodiscard]] int fd() const { return signals_.fd(); }

  // `changed`: a new snapshot, or another acceld.
  using News = SignalWatch::News;
  // What came since the last call; does not block. Errors: kUnavailable (the
  // bus is gone).
  [[nodiscard]] Result<News> Next() { return signals_.Next(); }

 private:
  explicit TopologyWatch(SignalWatch signals) : signals_(std::move(signals)) {}
  SignalWatch signals_;
};

}  // namespace acceld::client
