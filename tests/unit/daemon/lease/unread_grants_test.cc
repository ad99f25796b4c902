#include "daemon/lease/unread_grants.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <utility>

#include "tests/support/session_pair.h"

namespace acceld::daemon {
namespace {

using acceld::testing::SessionPair;

void Send(int socket) {
  ASSERT_EQ(::send(socket, "grants", 6, MSG_NOSIGNAL | MSG_DONTWAIT), 6);
}

ssize_t Read(const SessionPair& pair) {
  std::array<char, 64> text{};
  return ::recv(pair.client.get(), text.data(), text.size(), MSG_DONTWAIT);
}

TEST(UnreadBytes, NothingSentOrAllRead_IsNone) {
  const SessionPair pair;
  EXPECT_EQ(UnreadBytes(pair.daemon.get()), 0);
  Send(pair.daemon.get());
  EXPECT_GT(UnreadBytes(pair.daemon.get()), 0);
  EXPECT_EQ(Read(pair), 6);
  EXPECT_EQ(UnreadBytes(pair.daemon.get()), 0);
}

TEST(UnreadGrants, ClientReads_AreGoneThoughTheLastWordIsUnread) {
  SessionPair pair;
  Send(pair.daemon.get());
  Send(pair.daemon.get());
  const int grants = UnreadBytes(pair.daemon.get());
  Send(pair.daemon.get());  // "revoked"
  const int later = UnreadBytes(pair.daemon.get()) - grants;
  const UnreadGrants unread(std::move(pair.daemon), later);
  EXPECT_TRUE(unread.any());
  EXPECT_EQ(Read(pair), 6);
  EXPECT_TRUE(unread.any());
  EXPECT_EQ(Read(pair), 6);
  EXPECT_FALSE(unread.any());
  EXPECT_EQ(Read(pair), 6);
  EXPECT_EQ(Read(pair), 0);  // the end of the conversation
}

TEST(UnreadGrants, ClientCloses_AreGone) {
  SessionPair pair;
  Send(pair.daemon.get());
  const UnreadGrants unread(std::move(pair.daemon), 0);
  EXPECT_TRUE(unread.any());
  pair.client.Reset();
  EXPECT_FALSE(unread.any());
}

}  // namespace
}  // namespace acceld::daemon
