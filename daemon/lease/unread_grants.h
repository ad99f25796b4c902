// Grants that the client has not read from its session socket: descriptors on
// their way, which no process has open and which are not closed all the same.
#pragma once

#include "base/unique_fd.h"

namespace acceld::daemon {

// Bytes sent on `socket` that the peer has not read, as the kernel counts them
// (with its overhead); 0 where the peer is gone.
// Source: unix(7) SIOCOUTQ.
[[nodiscard]] int UnreadBytes(int socket);

// Thread-safe.
class UnreadGrants {
 public:
  // `later`: what UnreadBytes() counts of messages sent after the grants. Ends
  // the conversation: the peer reads what is there, then the end.
  UnreadGrants(UniqueFd session, int later);

  // Whether some of the grants are still on their way.
  [[nodiscard]] bool any() const {
    return UnreadBytes(session_.get()) > later_;
  }

 private:
  UniqueFd session_;
  int later_;
};

}  // namespace acceld::daemon
