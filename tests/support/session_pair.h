// SessionPair: the two ends of a session socket. Neither blocks, so that a
// message that is missing fails a test instead of holding it up. Tests only.
#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>

#include "base/unique_fd.h"

namespace acceld::testing {

struct SessionPair {
  UniqueFd daemon;
  UniqueFd client;

  explicit SessionPair(int type = SOCK_SEQPACKET) {
    std::array<int, 2> ends{-1, -1};
    EXPECT_EQ(::socketpair(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0,
                           ends.data()),
              0);
    daemon.Reset(ends[0]);
    client.Reset(ends[1]);
  }
};

}  // namespace acceld::testing
