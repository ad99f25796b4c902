// Who calls: the identity that the bus attests, and nothing else. Loop thread
// only.
#pragma once

#include <systemd/sd-bus.h>

#include <string>
#include <unordered_map>

#include "base/result.h"
#include "base/sys_root.h"
#include "daemon/broker.h"

namespace acceld::daemon {

class Callers {
 public:
  // `live` is the live machine's root; it must outlive this.
  explicit Callers(const SysRoot& live) : live_(live) {}

  // The sender of `message`: effective uid as the bus attests it
  // (GetConnectionUnixUser; never /proc, which a setuid exec can fool), the
  // groups of that user from the user database, and the slice of its process
  // (daemon/service/slice.h). Asked once a connection:
  // unique names are not used twice while a bus lives.
  // Errors: kPermissionDenied (the sender is gone, or the bus does not say),
  // kUnavailable (the user database does not answer).
  [[nodiscard]] Result<const Asker*> Identify(sd_bus_message* message);

 private:
  const SysRoot& live_;
  std::unordered_map<std::string, Asker> known_;  // by unique name; bounded
};

}  // namespace acceld::daemon
