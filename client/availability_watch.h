// AvailabilityWatch: hears when Client::Plan may answer otherwise than it did:
// somebody, who need not be this user, took something of a device that the
// caller may see or gave it back, the machine or the policy is another, acceld
// came or went. Beside Client, which asks.
//
// For a loop of the caller's own: no thread is started. Single-threaded; no
// exception leaves it.
#pragma once

#include <string>
#include <utility>

#include "base/result.h"
#include "client/signal_watch.h"

namespace acceld::client {

class AvailabilityWatch {
 public:
  // `bus`: "system", "session" or a D-Bus address. acceld need not be there yet
  // and is not started. Errors: kUnavailable (no bus), kPermissionDenied,
  // kQuotaExceeded (too many watch).
  [[nodiscard]] static Result<AvailabilityWatch> Open(const std::string& bus);

  // Readable when something waits, but for what came while Open() asked: call
  // Next() first. The watch's own.
  [[nodiscard]] int fd() const { return signals_.fd(); }

  using News = SignalWatch::News;
  // What came since the last call; does not block. acceld tells a connection
  // fifty times a second at most. What it does not tell: that a taint ran out,
  // and what changed of devices that the caller may not see. Errors: as Open(),
  // of an acceld that came.
  [[nodiscard]] Result<News> Next() { return signals_.Next(); }

 private:
  explicit AvailabilityWatch(SignalWatch signals)
      : signals_(std::move(signals)) {}
  SignalWatch signals_;
};

}  // namespace acceld::client
