// Tickets at a path: mount namespaces of others are root's to enter.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <memory>
#include <string>

#include "base/unique_fd.h"
#include "daemon/grant/path_mount.h"
#include "daemon/grant/ticket_node.h"
#include "tests/support/run_as.h"
#include "tests/support/temp_dir.h"

namespace acceld::daemon {
namespace {

using acceld::testing::Background;
using acceld::testing::kStranger;
using acceld::testing::RunAs;
using acceld::testing::TempDir;

// Documentation/admin-guide/devices.txt: 1 char, 5 = /dev/zero, 7 = /dev/full.
const dev_t kZero = makedev(1, 5);
const dev_t kFull = makedev(1, 7);

TicketNode Make() {
  auto ticket = TicketNode::Make(kZero, kStranger, "zero");
  EXPECT_TRUE(ticket.has_value()) << ticket.error().message;
  return *std::move(ticket);
}

int PidfdOf(pid_t pid) {
  return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
}

// A process with a mount namespace of its own, in which `prepare` was run.
class Namespace {
 public:
  using Prepare = std::function<void()>;
  explicit Namespace(const Prepare& prepare = [] {})
      : process_(std::make_unique<Background>(
            0,
            [&](const auto& ready) {
              if (::unshare(CLONE_NEWNS) == 0 &&
                  ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) ==
                      0) {
                prepare();
                ready();
              }
              (void)::pause();
            })),
        pidfd_(PidfdOf(process_->pid())) {}

  int pidfd() const { return pidfd_.get(); }
  void EndProcess() { process_.reset(); }

  // What `body` returns in this namespace, as `user`.
  int Run(uid_t user, const std::function<int()>& body) const {
    return RunAs(0, [&] {
      if (::setns(pidfd_.get(), CLONE_NEWNS) != 0) return 125;
      if (::setresuid(user, user, user) != 0) return 124;
      return body();
    });
  }
  int OpenAs(uid_t user, const std::string& path) const {
    return Run(user, [&] {
      return ::open(path.c_str(), O_RDWR | O_CLOEXEC) < 0 ? errno : 0;
    });
  }
  // The minor number of the device there (all here have the major number 1).
  int MinorAt(const std::string& path) const {
    return Run(0, [&] {
      struct stat node {};
      if (::stat(path.c_str(), &node) != 0 || !S_ISCHR(node.st_mode)) return 99;
      return static_cast<int>(minor(node.st_rdev));
    });
  }

 private:
  std::unique_ptr<Background> process_;
  UniqueFd pidfd_;
};

void ExpectRefused(int process, const std::string& path) {
  TicketNode ticket = Make();
  const auto mounted = PathMount::Make(ticket, process, path);
  ASSERT_FALSE(mounted.has_value()) << path;
  EXPECT_EQ(mounted.error().code, ErrorCode::kUnsupported)
      << mounted.error().message;
}

TEST(PathMount, Ticket_IsAtThePathInThatNamespaceOnly) {
  const Namespace client;
  TicketNode ticket = Make();
  {
    const auto mounted = PathMount::Make(ticket, client.pidfd(), "/dev/full");
    ASSERT_TRUE(mounted.has_value()) << mounted.error().message;
    EXPECT_EQ(client.MinorAt("/dev/full"), 5);
    EXPECT_EQ(client.OpenAs(kStranger, "/dev/full"), 0);
    EXPECT_EQ(client.OpenAs(kStranger + 1, "/dev/full"), EACCES);
    struct stat outside {};
    ASSERT_EQ(::stat("/dev/full", &outside), 0);
    EXPECT_EQ(outside.st_rdev, kFull);
  }
  EXPECT_EQ(client.MinorAt("/dev/full"), 7);
}

TEST(PathMount, Revoked_IsRefusedAndMayStayMounted) {
  const Namespace client;
  TicketNode ticket = Make();
  const auto mounted = PathMount::Make(ticket, client.pidfd(), "/dev/full");
  ASSERT_TRUE(mounted.has_value()) << mounted.error().message;
  ticket.Revoke();
  EXPECT_EQ(client.OpenAs(kStranger, "/dev/full"), EACCES);
}

TEST(PathMount, SecondAtOnePath_IsBusy) {
  const Namespace client;
  const Namespace other;
  TicketNode first = Make();
  TicketNode second = Make();
  TicketNode third = Make();
  const auto mounted = PathMount::Make(first, client.pidfd(), "/dev/full");
  ASSERT_TRUE(mounted.has_value()) << mounted.error().message;
  const auto again = PathMount::Make(second, client.pidfd(), "/dev/full");
  ASSERT_FALSE(again.has_value());
  EXPECT_EQ(again.error().code, ErrorCode::kBusy);
  EXPECT_TRUE(PathMount::Make(third, other.pidfd(), "/dev/full").has_value());
}

TEST(PathMount, WhatTheClientMountedOnTop_GoesToo) {
  const Namespace client;
  TicketNode ticket = Make();
  auto mounted = PathMount::Make(ticket, client.pidfd(), "/dev/full");
  ASSERT_TRUE(mounted.has_value()) << mounted.error().message;
  EXPECT_EQ(client.Run(0,
                       [] {
                         return ::mount("/dev/null", "/dev/full", nullptr,
                                        MS_BIND, nullptr) == 0
                                    ? 0
                                    : errno;
                       }),
            0);
  EXPECT_EQ(client.MinorAt("/dev/full"), 3);
  EXPECT_TRUE(mounted->Unmount().has_value());
  EXPECT_EQ(client.MinorAt("/dev/full"), 7);
}

// As accelctl makes it for a user without rights.
TEST(PathMount, NamespaceOfAnUnprivilegedUser_Works) {
  const Background client(kStranger, [](const auto& ready) {
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0) ready();
    (void)::pause();
  });
  const UniqueFd pidfd(PidfdOf(client.pid()));
  TicketNode ticket = Make();
  auto mounted = PathMount::Make(ticket, pidfd.get(), "/dev/full");
  ASSERT_TRUE(mounted.has_value()) << mounted.error().message;
  const auto use = [&] {
    return RunAs(0, [&] {
      if (::setns(pidfd.get(), CLONE_NEWNS) != 0) return 125;
      if (::setresuid(kStranger, kStranger, kStranger) != 0) return 124;
      const int fd = ::open("/dev/full", O_RDWR);
      struct stat node {};
      if (fd < 0 || ::fstat(fd, &node) != 0) return errno;
      return static_cast<int>(minor(node.st_rdev));
    });
  };
  EXPECT_EQ(use(), 5);
  EXPECT_TRUE(mounted->Unmount().has_value());
  EXPECT_NE(use(), 5);
}

TEST(PathMount, MissingOnATmpfs_IsMade) {
  TempDir dir;
  const Namespace client(
      [&] { (void)::mount("tmpfs", dir.path().c_str(), "tmpfs", 0, nullptr); });
  TicketNode ticket = Make();
  const auto mounted =
      PathMount::Make(ticket, client.pidfd(), dir.At("accel0"));
  ASSERT_TRUE(mounted.has_value()) << mounted.error().message;
  EXPECT_EQ(client.MinorAt(dir.At("accel0")), 5);
  EXPECT_NE(::access(dir.At("accel0").c_str(), F_OK), 0);
}

// Root would write for him where he must not.
TEST(PathMount, MissingOnATmpfsOfTheMachine_IsRefusedAndNotMade) {
  TempDir dir;
  const Namespace client([&] {
    (void)::mount("/dev/shm", dir.path().c_str(), nullptr, MS_BIND, nullptr);
  });
  ExpectRefused(client.pidfd(), dir.At("acceld-none"));
  EXPECT_NE(::access("/dev/shm/acceld-none", F_OK), 0);
}

TEST(PathMount, MissingElsewhere_IsRefusedAndNotMade) {
  const Namespace client;
  ExpectRefused(client.pidfd(), "/dev/acceld-none");
  ExpectRefused(client.pidfd(), "/proc/acceld-none");
  ExpectRefused(client.pidfd(), "/dev/acceld-none/zero");
  EXPECT_NE(::access("/dev/acceld-none", F_OK), 0);
}

TEST(PathMount, LinkOrDirectoryThere_IsRefused) {
  TempDir dir;
  dir.AddLink("link", "/dev/full");
  dir.AddLink("folder", "/dev");
  dir.AddDirectory("directory");
  const Namespace client;
  ExpectRefused(client.pidfd(), dir.At("link"));
  ExpectRefused(client.pidfd(), dir.At("folder/full"));
  ExpectRefused(client.pidfd(), dir.At("directory"));
}

TEST(PathMount, ThisNamespace_IsRefused) {
  const UniqueFd self(PidfdOf(::getpid()));
  ExpectRefused(self.get(), "/dev/full");
  struct stat node {};
  ASSERT_EQ(::stat("/dev/full", &node), 0);
  EXPECT_EQ(node.st_rdev, kFull);
}

TEST(PathMount, MountsThatShowElsewhere_AreRefused) {
  const Namespace client(
      [] { (void)::mount("none", "/", nullptr, MS_REC | MS_SHARED, nullptr); });
  ExpectRefused(client.pidfd(), "/dev/full");
}

TEST(PathMount, NoProcess_IsRefused) {
  ExpectRefused(-1, "/dev/full");
  Namespace client;
  client.EndProcess();
  ExpectRefused(client.pidfd(), "/dev/full");
}

TEST(PathMount, NoFileName_IsAFault) {
  const Namespace client;
  for (const char* path : {"", "full", "/dev/"}) {
    TicketNode ticket = Make();
    const auto mounted = PathMount::Make(ticket, client.pidfd(), path);
    ASSERT_FALSE(mounted.has_value()) << path;
    EXPECT_EQ(mounted.error().code, ErrorCode::kInvalidArgument);
  }
}

TEST(PathMount, ClientUnmountedItItself_IsNoError) {
  const Namespace client;
  TicketNode ticket = Make();
  auto mounted = PathMount::Make(ticket, client.pidfd(), "/dev/full");
  ASSERT_TRUE(mounted.has_value());
  EXPECT_EQ(
      client.Run(
          0,
          [] { return ::umount2("/dev/full", MNT_DETACH) == 0 ? 0 : errno; }),
      0);
  const auto unmounted = mounted->Unmount();
  EXPECT_TRUE(unmounted.has_value()) << unmounted.error().message;
  EXPECT_EQ(client.MinorAt("/dev/full"), 7);
}

TEST(PathMount, ClientEnded_IsNoError) {
  Namespace client;
  TicketNode ticket = Make();
  auto mounted = PathMount::Make(ticket, client.pidfd(), "/dev/full");
  ASSERT_TRUE(mounted.has_value());
  client.EndProcess();
  const auto unmounted = mounted->Unmount();
  EXPECT_TRUE(unmounted.has_value()) << unmounted.error().message;
  EXPECT_TRUE(mounted->Unmount().has_value());
}

}  // namespace
}  // namespace acceld::daemon
