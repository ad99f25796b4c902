#include "daemon/lease/lease_sockets.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/run_loop.h"
#include "tests/support/temp_dir.h"

namespace acceld::daemon {
namespace {

using acceld::testing::RunReady;
using acceld::testing::RunUntil;
using acceld::testing::TempDir;

// 0 or the errno; the connection where it is asked for.
int ConnectTo(const std::string& path, UniqueFd* connection = nullptr) {
  UniqueFd fd(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address),
                sizeof address) != 0) {
    return errno;
  }
  if (connection != nullptr) *connection = std::move(fd);
  return 0;
}

class LeaseSocketsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto loop = EventLoop::Make();
    ASSERT_TRUE(loop) << loop.error().message;
    loop_ = *std::move(loop);
    auto sockets = LeaseSockets::Make(*loop_, parent_.At("leases"));
    ASSERT_TRUE(sockets) << sockets.error().message;
    sockets_ = *std::move(sockets);
  }
  Result<LeaseSocket> Open(const char* name, uid_t owner = ::geteuid()) {
    return sockets_->Open(name, owner, [this](UniqueFd connection) {
      arrived_.push_back(std::move(connection));
    });
  }

  TempDir parent_{"/tmp"};  // the address of a socket is short
  std::unique_ptr<EventLoop> loop_;
  std::unique_ptr<LeaseSockets> sockets_;
  std::vector<UniqueFd> arrived_;
};

TEST_F(LeaseSocketsTest, OwnersProcess_ThatConnects_Arrives) {
  const auto socket = Open("1f");
  ASSERT_TRUE(socket) << socket.error().message;
  EXPECT_EQ(socket->path(), parent_.At("leases/1f"));
  UniqueFd mine;
  ASSERT_EQ(ConnectTo(socket->path(), &mine), 0);
  RunUntil(*loop_, [&] { return arrived_.size() == 1; });
  ASSERT_EQ(::send(arrived_[0].get(), "x", 1, 0), 1);
  char byte = 0;
  EXPECT_EQ(::recv(mine.get(), &byte, 1, 0), 1);
}

TEST_F(LeaseSocketsTest, OfAnotherUser_ClosesWhoConnects) {
  const auto socket = Open("1f", ::geteuid() + 1);
  ASSERT_TRUE(socket) << socket.error().message;
  UniqueFd mine;
  ASSERT_EQ(ConnectTo(socket->path(), &mine), 0);
  RunReady(*loop_);
  EXPECT_TRUE(arrived_.empty());
  char byte = 0;
  EXPECT_EQ(::recv(mine.get(), &byte, 1, MSG_DONTWAIT), 0) << "still open";
}

TEST_F(LeaseSocketsTest, Gone_IsNotFoundAnyMore) {
  std::string path;
  {
    const auto socket = Open("1f");
    ASSERT_TRUE(socket);
    path = socket->path();
  }
  EXPECT_EQ(ConnectTo(path), ENOENT);
  EXPECT_TRUE(Open("1f"));
}

TEST_F(LeaseSocketsTest, NameThatIsThere_IsNotTakenOver) {
  const auto first = Open("1f");
  ASSERT_TRUE(first);
  const auto second = Open("1f");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kBusy);
  EXPECT_EQ(ConnectTo(first->path()), 0);
}

TEST_F(LeaseSocketsTest, WhatADaemonLeft_IsRemovedAtTheStart) {
  // One that died: its socket stays, and nobody listens.
  const UniqueFd left(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = parent_.At("leases/2e");
  std::memcpy(address.sun_path, path.data(), path.size());
  ASSERT_EQ(::bind(left.get(), reinterpret_cast<const sockaddr*>(&address),
                   sizeof address),
            0);
  parent_.AddFile("leases/note", "not ours");
  ASSERT_TRUE(LeaseSockets::Make(*loop_, parent_.At("leases")));
  EXPECT_EQ(ConnectTo(path), ENOENT);
  EXPECT_EQ(::access(parent_.At("leases/note").c_str(), F_OK), 0);
}

TEST_F(LeaseSocketsTest, OtherUsers_ReachItAndListNothing) {
  const auto socket = Open("1f");
  ASSERT_TRUE(socket);
  const auto mode_of = [](const std::string& path) {
    struct stat status {};
    EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
    return status.st_mode & 07777;
  };
  EXPECT_EQ(mode_of(parent_.At("leases")), 0711U);
  EXPECT_EQ(mode_of(socket->path()), 0666U);
}

TEST_F(LeaseSocketsTest, WithoutAParent_IsNotMade) {
  const auto sockets = LeaseSockets::Make(*loop_, parent_.At("a/leases"));
  ASSERT_FALSE(sockets);
  EXPECT_EQ(sockets.error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace acceld::daemon
