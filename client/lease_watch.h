// LeaseWatch: notices that leases begin and end, and that acceld comes and
// goes. A bus connection of its own, to be polled beside other descriptors; no
// thread. One thread at a time.
#pragma once

#include <string>
#include <utility>

#include "base/result.h"
#include "client/signal_watch.h"

namespace acceld::client {

class LeaseWatch {
 public:
  // `bus`: "system", "session" or a D-Bus address. acceld need not be there yet
  // and is not started. `all`: everybody's leases, as Client::ListAllLeases().
  // Errors: kUnavailable (no bus), kPermissionDenied, kQuotaExceeded.
  [[nodiscard]] static Result<LeaseWatch> Open(const std::string& bus,
                                               bool all);

  // Readable when something waits; the watch's own.
  [[nodiscard]] int fd() const { return signals_.fd(); }
  // Whether an acceld is on the bus now.
  [[nodiscard]] bool is_served() const { return signals_.is_served(); }

  // Whether leases may be others than at the last call (an acceld that came or
  // went, too; at the first call: yes); does not block. Errors: as Open(), of
  // an acceld that came.
  [[nodiscard]] Result<bool> Next();

 private:
  explicit LeaseWatch(SignalWatch signals) : signals_(std::move(signals)) {}
  SignalWatch signals_;
  bool is_first_ = true;
};

}  // namespace acceld::client
