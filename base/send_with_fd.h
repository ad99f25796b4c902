// One message on a socket, with at most one descriptor beside it.
#pragma once

#include <cstddef>
#include <span>

namespace acceld {

// Sends `bytes` as one message on `socket`, with `attached` as SCM_RIGHTS
// unless it is -1. Goes on after signals and raises no SIGPIPE; `flags` are
// sendmsg(2)'s. Returns 0 or the errno, which means something else to each
// caller.
[[nodiscard]] int SendWithFd(int socket, std::span<const std::byte> bytes,
                             int attached, int flags);

}  // namespace acceld
