// The grants of a lease, as they come on its session socket. Private to
// client/.
#pragma once

#include <string>
#include <vector>

#include "api/session.h"
#include "base/result.h"

namespace acceld::client {

struct Received {
  std::string lease;  // object path
  std::vector<api::Grant> grants;
};

// Waits for all of them. Errors: kUnavailable (nothing came in time, or the
// socket was closed), kDeviceGone (the lease was revoked at once),
// kCorruptInput, kIo.
[[nodiscard]] Result<Received> ReceiveGrants(int socket);

}  // namespace acceld::client
