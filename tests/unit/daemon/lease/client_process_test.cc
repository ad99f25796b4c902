// As root and as any other user: the processes are this one's children.
#include "daemon/lease/client_process.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <functional>
#include <string>

#include "tests/support/session_pair.h"
#include "tests/support/sys_tree.h"

namespace acceld::daemon {
namespace {

using acceld::testing::SessionPair;
using acceld::testing::SysTree;

SysRoot LiveRoot() { return *SysRoot::Open("/"); }

TEST(FindClientProcess, MakerRuns_IsFound) {
  const SessionPair pair;
  const auto found =
      FindClientProcess(pair.daemon.get(), ::getuid(), LiveRoot());
  ASSERT_TRUE(found.has_value()) << found.error().message;
  ASSERT_TRUE(found->has_value());
  EXPECT_EQ((*found)->id.pid, ::getpid());
  EXPECT_GT((*found)->id.started, 0);
  pollfd ended{(*found)->handle.get(), POLLIN, 0};
  EXPECT_EQ(::poll(&ended, 1, 0), 0);  // it is a pidfd of one that runs
  const auto again =
      FindClientProcess(pair.client.get(), ::getuid(), LiveRoot());
  ASSERT_TRUE(again.has_value() && again->has_value());
  EXPECT_EQ((*again)->id, (*found)->id);
}

TEST(FindClientProcess, MakerIsAnothers_IsNotTaken) {
  const SessionPair pair;
  const auto found =
      FindClientProcess(pair.daemon.get(), ::getuid() + 1, LiveRoot());
  ASSERT_TRUE(found.has_value()) << found.error().message;
  EXPECT_FALSE(found->has_value());
}

// A child makes the pair, hands one end over and ends.
UniqueFd PairOfAChildThatEnded() {
  const SessionPair carrier;
  const pid_t child = ::fork();
  if (child == 0) {
    const SessionPair pair;
    std::array<char, CMSG_SPACE(sizeof(int))> control{};
    char byte = 0;
    iovec data{&byte, 1};
    msghdr message{};
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    *reinterpret_cast<int*>(CMSG_DATA(header)) = pair.daemon.get();
    ::_exit(::sendmsg(carrier.client.get(), &message, 0) == 1 ? 0 : 1);
  }
  int status = -1;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  std::array<char, CMSG_SPACE(sizeof(int))> control{};
  char byte = 0;
  iovec data{&byte, 1};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  EXPECT_EQ(::recvmsg(carrier.daemon.get(), &message, MSG_CMSG_CLOEXEC), 1);
  const cmsghdr* header = CMSG_FIRSTHDR(&message);
  if (header == nullptr) return UniqueFd();
  return UniqueFd(*reinterpret_cast<const int*>(CMSG_DATA(header)));
}

TEST(FindClientProcess, MakerHasEnded_IsNone) {
  const UniqueFd session = PairOfAChildThatEnded();
  ASSERT_TRUE(session.valid());
  const auto found = FindClientProcess(session.get(), ::getuid(), LiveRoot());
  ASSERT_TRUE(found.has_value()) << found.error().message;
  EXPECT_FALSE(found->has_value());
}

class ToldByProc : public ::testing::Test {
 protected:
  Result<std::optional<ClientProcess>> Find(const std::string& status,
                                            const std::string& stat) {
    const std::string directory = "proc/" + std::to_string(::getpid());
    tree_.AddFile(directory + "/status", status);
    tree_.AddFile(directory + "/stat", stat);
    const SessionPair pair;
    return FindClientProcess(pair.daemon.get(), ::getuid(), tree_.root());
  }
  static std::string Uids(uid_t real, uid_t effective) {
    const std::string a = std::to_string(real);
    const std::string b = std::to_string(effective);
    return "Name:\tx\nUid:\t" + a + "\t" + b + "\t" + b + "\t" + b + "\n";
  }
  SysTree tree_;
};

// 22 fields; the name holds what would confuse a reader of words.
constexpr char kStat[] =
    "7 (a) 9 b) S 1 7 7 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 4711 1 2\n";

TEST_F(ToldByProc, NameWithParentheses_DoesNotShiftTheStartTime) {
  const auto found = Find(Uids(::getuid(), ::getuid()), kStat);
  ASSERT_TRUE(found.has_value()) << found.error().message;
  ASSERT_TRUE(found->has_value());
  EXPECT_EQ((*found)->id.started, 4711);
}

TEST_F(ToldByProc, ProcessTookAnotherId_IsNotTaken) {
  for (const std::string& status :
       {Uids(::getuid(), ::getuid() + 1), Uids(::getuid() + 1, ::getuid()),
        std::string("Name:\tx\n"), std::string("Name:\tx\nUid:\t\n")}) {
    const auto found = Find(status, kStat);
    ASSERT_TRUE(found.has_value()) << found.error().message;
    EXPECT_FALSE(found->has_value()) << status;
  }
}

TEST_F(ToldByProc, StatCutShort_IsCorrupt) {
  for (const char* stat : {"", "7 (a", "7 (a) S 1 7",
                           "7 (a) S 1 7 7 0 -1 4 1 0 "
                           "0 0 0 0 0 0 20 0 1 0 x"}) {
    const auto found = Find(Uids(::getuid(), ::getuid()), stat);
    ASSERT_FALSE(found.has_value()) << stat;
  }
}

}  // namespace
}  // namespace acceld::daemon
