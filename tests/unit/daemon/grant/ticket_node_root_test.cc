// Tickets on the real kernel: mounts, device nodes and other users are root's.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/unique_fd.h"
#include "daemon/grant/holders.h"
#include "daemon/grant/ticket_node.h"
#include "daemon/grant/ticket_watch.h"
#include "tests/support/run_as.h"

namespace acceld::daemon {
namespace {

using acceld::testing::Background;
using acceld::testing::kStranger;
using acceld::testing::RunAs;

// Documentation/admin-guide/devices.txt: 1 char, 5 = /dev/zero.
const dev_t kZero = makedev(1, 5);

TicketNode Make(uid_t user = kStranger) {
  auto ticket = TicketNode::Make(kZero, user, "zero");
  EXPECT_TRUE(ticket.has_value()) << ticket.error().message;
  return *std::move(ticket);
}

// Two ways to one device.
std::shared_ptr<const Tickets> MakeTwo() {
  Tickets tickets;
  tickets.push_back(Make());
  tickets.push_back(Make());
  return std::make_shared<const Tickets>(std::move(tickets));
}

std::string SelfPath(int fd) { return "/proc/self/fd/" + std::to_string(fd); }

// Opens the device by the ticket and reads from it; 0 or the errno.
int Use(int ticket) {
  const UniqueFd device(::open(SelfPath(ticket).c_str(), O_RDWR | O_CLOEXEC));
  if (!device.valid()) return errno;
  std::array<char, 8> bytes{'x'};
  return ::read(device.get(), bytes.data(), bytes.size()) == 8 && bytes[0] == 0
             ? 0
             : EIO;
}

int UseAs(uid_t user, int ticket) {
  return RunAs(user, [ticket] { return Use(ticket); });
}

TEST(TicketNode, ItsUser_OpensTheDevice) {
  const TicketNode ticket = Make();
  EXPECT_EQ(UseAs(kStranger, ticket.fd()), 0);
  EXPECT_EQ(UseAs(kStranger, ticket.fd()), 0);
}

TEST(TicketNode, AnotherUser_IsRefused) {
  const TicketNode ticket = Make();
  EXPECT_EQ(UseAs(kStranger + 1, ticket.fd()), EACCES);
}

TEST(TicketNode, TheDescriptorItself_IsUseless) {
  const TicketNode ticket = Make();
  char byte = 0;
  EXPECT_EQ(::read(ticket.fd(), &byte, 1), -1);
  EXPECT_EQ(errno, EBADF);
  EXPECT_EQ(::fcntl(ticket.fd(), F_GETFD), FD_CLOEXEC);
  EXPECT_EQ(::fcntl(ticket.mount(), F_GETFD), FD_CLOEXEC);
}

TEST(TicketNode, ItsUser_CannotWidenIt) {
  const TicketNode ticket = Make();
  EXPECT_EQ(RunAs(kStranger,
                  [&] {
                    return ::chmod(SelfPath(ticket.fd()).c_str(), 0666) == 0
                               ? 0
                               : errno;
                  }),
            EPERM);
  EXPECT_EQ(RunAs(kStranger,
                  [&] {
                    return ::linkat(ticket.fd(), "", AT_FDCWD, "/tmp/zero",
                                    AT_EMPTY_PATH) == 0
                               ? 0
                               : errno;
                  }),
            ENOENT);  // takes CAP_DAC_READ_SEARCH
}

TEST(TicketNode, NameAndNumber_AreThoseAskedFor) {
  const TicketNode ticket = Make();
  struct stat node {};
  ASSERT_EQ(::fstat(ticket.fd(), &node), 0);
  EXPECT_TRUE(S_ISCHR(node.st_mode));
  EXPECT_EQ(node.st_rdev, kZero);
  EXPECT_EQ(node.st_uid, 0U);
  EXPECT_EQ(node.st_dev, ticket.filesystem());
  EXPECT_EQ(ticket.name(), "zero");
}

TEST(TicketNode, Revoked_OpensForNobody) {
  const TicketNode ticket = Make();
  ticket.Revoke();
  EXPECT_EQ(UseAs(kStranger, ticket.fd()), EACCES);
  EXPECT_EQ(Use(ticket.fd()), EACCES);  // root: by the mount
  ticket.Revoke();
  EXPECT_EQ(UseAs(kStranger, ticket.fd()), EACCES);
}

TEST(TicketNode, OneRevoked_TheOthersStay) {
  const TicketNode one = Make();
  const TicketNode same_user = Make();
  const TicketNode other_user = Make(kStranger + 1);
  EXPECT_NE(one.filesystem(), same_user.filesystem());
  one.Revoke();
  EXPECT_EQ(UseAs(kStranger, one.fd()), EACCES);
  EXPECT_EQ(UseAs(kStranger, same_user.fd()), 0);
  EXPECT_EQ(UseAs(kStranger + 1, other_user.fd()), 0);
}

TEST(TicketNode, OpenDevice_OutlivesTheRevocation) {
  const TicketNode ticket = Make();
  const UniqueFd device(::open(SelfPath(ticket.fd()).c_str(), O_RDWR));
  ASSERT_TRUE(device.valid());
  ticket.Revoke();
  char byte = 'x';
  EXPECT_EQ(::read(device.get(), &byte, 1), 1);
  EXPECT_EQ(byte, 0);
}

TEST(TicketNode, AfterExec_IsStillGood) {
  const TicketNode ticket = Make();
  const int used = RunAs(kStranger, [&] {
    if (::dup2(ticket.fd(), 9) != 9) return errno;
    (void)::execl("/bin/sh", "sh", "-c", ": <>/proc/self/fd/9", nullptr);
    return errno;
  });
  EXPECT_EQ(used, 0);
}

TEST(TicketNode, InAnotherUserNamespace_IsStillGood) {
  const TicketNode ticket = Make();
  EXPECT_EQ(RunAs(kStranger,
                  [&] {
                    if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return 125;
                    return Use(ticket.fd());
                  }),
            0);
}

TEST(TicketNode, WithoutItsMaker_ACopyIsStillGood) {
  UniqueFd copy;
  {
    const TicketNode ticket = Make();
    auto duplicate = DuplicateFd(ticket.fd());
    ASSERT_TRUE(duplicate.has_value());
    copy = *std::move(duplicate);
  }
  EXPECT_EQ(UseAs(kStranger, copy.get()), 0);
}

TEST(TicketNode, NoFileName_IsRefused) {
  for (const char* name : {"", ".", "..", "a/b", "/zero"}) {
    const auto ticket = TicketNode::Make(kZero, kStranger, name);
    ASSERT_FALSE(ticket.has_value()) << name;
    EXPECT_EQ(ticket.error().code, ErrorCode::kInvalidArgument);
  }
}

TEST(TicketHolders, OpenByThisTicketOnly_Counts) {
  const TicketNode ticket = Make();
  const TicketNode other = Make();
  const auto holders = [](const TicketNode& asked) {
    const auto found = FindHolders(kZero, std::array{asked.filesystem()});
    EXPECT_TRUE(found.has_value()) << found.error().message;
    return found.value_or(std::vector<Holder>{});
  };
  EXPECT_TRUE(holders(ticket).empty());  // the ticket itself is no open device
  {
    const Background user(kStranger, [&](const auto& ready) {
      const UniqueFd device(::open(SelfPath(ticket.fd()).c_str(), O_RDWR));
      if (device.valid()) ready();
      (void)::pause();
    });
    const auto found = holders(ticket);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].pid, user.pid());
    EXPECT_EQ(found[0].user, kStranger);
    EXPECT_TRUE(holders(other).empty());
    ticket.Revoke();
    EXPECT_EQ(holders(ticket), found);
  }
  EXPECT_TRUE(holders(ticket).empty());
}

TEST(TicketWatch, FirstOpen_IsTheLast) {
  const auto watch = TicketWatch::Make();
  ASSERT_TRUE(watch.has_value()) << watch.error().message;
  const auto tickets = MakeTwo();
  const auto reusable = MakeTwo();
  ASSERT_TRUE((*watch)->RevokeAtOpen(tickets).has_value());
  (*watch)->HandleOpens();  // nothing yet
  EXPECT_EQ(UseAs(kStranger, tickets->back().fd()), 0);
  (*watch)->HandleOpens();
  EXPECT_EQ(UseAs(kStranger, tickets->back().fd()), EACCES);
  EXPECT_EQ(UseAs(kStranger, tickets->front().fd()), EACCES);
  EXPECT_EQ(UseAs(kStranger, reusable->front().fd()), 0);
}

TEST(TicketWatch, OpenThatWasRefused_DoesNotCount) {
  const auto watch = TicketWatch::Make();
  ASSERT_TRUE(watch.has_value());
  const auto tickets = MakeTwo();
  ASSERT_TRUE((*watch)->RevokeAtOpen(tickets).has_value());
  EXPECT_EQ(UseAs(kStranger + 1, tickets->front().fd()), EACCES);
  (*watch)->HandleOpens();
  EXPECT_EQ(UseAs(kStranger, tickets->front().fd()), 0);
}

TEST(TicketWatch, TicketsThatAreGone_AreForgotten) {
  const auto watch = TicketWatch::Make();
  ASSERT_TRUE(watch.has_value());
  auto tickets = MakeTwo();
  ASSERT_TRUE((*watch)->RevokeAtOpen(tickets).has_value());
  EXPECT_EQ(UseAs(kStranger, tickets->front().fd()), 0);
  tickets.reset();
  (*watch)->HandleOpens();
}

}  // namespace
}  // namespace acceld::daemon
