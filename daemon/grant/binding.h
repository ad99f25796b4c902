// Binding: what one grant of a device took from the machine, from the bind
// until the device is proven closed and given back.
//
//   Bind -> (client works) -> Revoke -> FindHolders until empty -> Restore
#pragma once

#include <vector>

#include "base/result.h"
#include "daemon/grant/holders.h"

namespace acceld::daemon {

class Binding {
 public:
  // Gives back what Restore() was not called for, as far as it can.
  virtual ~Binding() = default;
  Binding() = default;
  Binding(const Binding&) = delete;
  Binding& operator=(const Binding&) = delete;

  // Takes away the right to open the device again: tickets die. What is open
  // stays open. Never blocks; may be called again; any thread, one at a time.
  virtual void Revoke() noexcept = 0;
  // Who still has the device open; empty: it is proven closed. Reads /proc:
  // not for the loop thread. Requires: Revoke() was called.
  // Errors: kIo, kNoMemory. A device that is gone has no holders.
  [[nodiscard]] virtual Result<std::vector<Holder>> FindHolders() = 0;
  // Once nobody holds it: resets the device where its framework can, and gives
  // it back to the driver it had. May block for seconds; not for the loop
  // thread. Errors: kIo, kBusy (somebody holds it after all): the device stays
  // as it is, and Restore() may be called again.
  [[nodiscard]] virtual Status Restore() = 0;
};

}  // namespace acceld::daemon
