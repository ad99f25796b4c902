#include "daemon/lease/lifeline.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <optional>
#include <utility>

#include "base/unique_fd.h"
#include "tests/support/run_loop.h"
#include "tests/support/session_pair.h"

namespace acceld::daemon {
namespace {

using acceld::testing::RunReady;
using acceld::testing::RunUntil;
using acceld::testing::SessionPair;

void ExpectRefused(int fd) {
  const Status status = CheckSessionSocket(fd);
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().code, ErrorCode::kInvalidArgument);
}

TEST(CheckSessionSocket, EitherEndOfASeqpacketPair_IsAccepted) {
  const SessionPair pair;
  EXPECT_TRUE(CheckSessionSocket(pair.daemon.get()).has_value());
  EXPECT_TRUE(CheckSessionSocket(pair.client.get()).has_value());
}

TEST(CheckSessionSocket, Pipe_IsRefused) {
  std::array<int, 2> ends{-1, -1};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const UniqueFd reader(ends[0]);
  const UniqueFd writer(ends[1]);
  ExpectRefused(reader.get());
  ExpectRefused(writer.get());
}

TEST(CheckSessionSocket, PairOfAnotherType_IsRefused) {
  ExpectRefused(SessionPair(SOCK_STREAM).daemon.get());
  ExpectRefused(SessionPair(SOCK_DGRAM).daemon.get());
}

TEST(CheckSessionSocket, SocketThatIsNotConnected_IsRefused) {
  const UniqueFd alone(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  ASSERT_TRUE(alone.valid());
  ExpectRefused(alone.get());
}

TEST(CheckSessionSocket, File_IsRefused) {
  const UniqueFd file(::memfd_create("no socket", MFD_CLOEXEC));
  ASSERT_TRUE(file.valid());
  ExpectRefused(file.get());
}

TEST(CheckSessionSocket, NoDescriptor_IsRefused) { ExpectRefused(-1); }

class Watched : public ::testing::Test {
 protected:
  void SetUp() override {
    auto loop = EventLoop::Make();
    ASSERT_TRUE(loop.has_value());
    loop_ = *std::move(loop);
    auto source = WatchLifeline(*loop_, pair_.daemon.get(), [this] {
      ++ended_;
      source_.reset();
    });
    ASSERT_TRUE(source.has_value());
    source_ = *std::move(source);
  }

  SessionPair pair_;
  std::unique_ptr<EventLoop> loop_;
  std::optional<EventLoop::Source> source_;
  int ended_ = 0;
};

TEST_F(Watched, PeerCloses_Ends) {
  RunReady(*loop_);
  EXPECT_EQ(ended_, 0);
  pair_.client.Reset();
  RunUntil(*loop_, [this] { return ended_ > 0; });
  RunReady(*loop_);
  EXPECT_EQ(ended_, 1);
}

TEST_F(Watched, CopyOfThePeerIsOpen_EndsOnlyWithTheLast) {
  auto copy = pair_.client.Duplicate();
  ASSERT_TRUE(copy.has_value());
  pair_.client.Reset();
  RunReady(*loop_);
  EXPECT_EQ(ended_, 0);
  copy->Reset();
  RunUntil(*loop_, [this] { return ended_ == 1; });
}

TEST_F(Watched, ClientWrites_DoesNotEnd) {
  ASSERT_EQ(::send(pair_.client.get(), "hello", 5, MSG_NOSIGNAL), 5);
  RunReady(*loop_);
  EXPECT_EQ(ended_, 0);
}

TEST_F(Watched, ClientWroteAndCloses_Ends) {
  ASSERT_EQ(::send(pair_.client.get(), "hello", 5, MSG_NOSIGNAL), 5);
  pair_.client.Reset();
  RunUntil(*loop_, [this] { return ended_ == 1; });
}

TEST_F(Watched, ClientShutsOneDirectionDown_DoesNotEnd) {
  ASSERT_EQ(::shutdown(pair_.client.get(), SHUT_WR), 0);
  RunReady(*loop_);
  EXPECT_EQ(ended_, 0);
}

TEST_F(Watched, SourceDestroyed_IsSilent) {
  source_.reset();
  pair_.client.Reset();
  RunReady(*loop_);
  EXPECT_EQ(ended_, 0);
}

TEST(WatchLifeline, PeerAlreadyClosed_Ends) {
  SessionPair pair;
  auto loop = EventLoop::Make();
  ASSERT_TRUE(loop.has_value());
  pair.client.Reset();
  bool ended = false;
  const auto source =
      WatchLifeline(**loop, pair.daemon.get(), [&] { ended = true; });
  ASSERT_TRUE(source.has_value());
  RunUntil(**loop, [&] { return ended; });
}

}  // namespace
}  // namespace acceld::daemon
