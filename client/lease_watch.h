// LeaseWatch: notices that leases begin and end, and that acceld comes and
// goes. A bus connection of its own, to be polled beside other descriptors; no
// thread. One thread at a time.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"

namespace acceld::client {

class LeaseWatch {
 public:
  // `bus`: "system", "session" or a D-Bus address. acceld need not be there yet
  // and is not started. `all`: everybody's leases, as Client::ListAllLeases().
  // Errors: kUnavailable (no bus), kPermissionDenied, kQuotaExceeded.
  [[nodiscard]] static Result<LeaseWatch> Open(const std::string& bus,
                                               bool all);
  ~LeaseWatch();
  LeaseWatch(LeaseWatch&&) noexcept;
  LeaseWatch& operator=(LeaseWatch&&) noexcept;

  // Readable when something waits; the watch's own.
  [[nodiscard]] int fd() const;
  // Whether an acceld is on the bus now.
  [[nodiscard]] bool is_served() const;

  // Whether leases may be others than at the last call (an acceld that came or
  // went, too); does not block. Errors: as Open(), of an acceld that came.
  [[nodiscard]] Result<bool> Next();

 private:
  struct State;
  explicit LeaseWatch(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;  // sdbus types stay in the .cc file
};

}  // namespace acceld::client
