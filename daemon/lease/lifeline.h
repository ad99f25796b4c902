// The session socket is a lease's life: when the last copy of the client's end
// closes, the lease ends.
#pragma once

#include <functional>

#include "base/result.h"
#include "daemon/event_loop.h"

namespace acceld::daemon {

// Whether `fd` can be a session socket: one end of a connected AF_UNIX
// SOCK_SEQPACKET pair. Errors: kInvalidArgument (what it should be).
[[nodiscard]] Status CheckSessionSocket(int fd);

// Calls `ended` once the peer of `session` is closed.
[[nodiscard]] Result<EventLoop::Source> WatchLifeline(
    EventLoop& loop, int session, std::function<void()> ended);

}  // namespace acceld::daemon
