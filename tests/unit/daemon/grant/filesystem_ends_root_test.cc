// What keeps a device from being proven closed: filesystems and device nodes
// are root's to make.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/session.h"
#include "base/unique_fd.h"
#include "daemon/grant/device_opener.h"
#include "daemon/grant/filesystem_ends.h"
#include "daemon/grant/node_binder.h"
#include "daemon/grant/ticket_node.h"
#include "tests/support/expect_faults.h"
#include "tests/support/machine_facts.h"
#include "tests/support/session_pair.h"
#include "tests/support/syscall_faults.h"

namespace acceld::daemon {
namespace {

using acceld::testing::CheckAttempt;
using acceld::testing::ExpectNoComplaints;
using acceld::testing::FailEachSystemCall;
using acceld::testing::FaultedRun;
using acceld::testing::MachineFacts;
using acceld::testing::SessionPair;

// Documentation/admin-guide/devices.txt: 1 char, 5 = /dev/zero.
const dev_t kZero = makedev(1, 5);

class FilesystemEndsTest : public ::testing::Test {
 protected:
  FilesystemEndsTest() {
    auto made = FilesystemEnds::Make();
    EXPECT_TRUE(made.has_value());
    ends_ = *std::move(made);
    auto ticket = TicketNode::Make(kZero, ::getuid(), "zero");
    EXPECT_TRUE(ticket.has_value()) << ticket.error().message;
    ticket_ = *std::move(ticket);
    auto watched = ends_->Watch(ticket_->fd());
    EXPECT_TRUE(watched.has_value());
    watched_ = *watched;
  }

  [[nodiscard]] UniqueFd OpenIt() const {
    const std::string path = "/proc/self/fd/" + std::to_string(ticket_->fd());
    return UniqueFd(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  }
  [[nodiscard]] std::vector<Holder> Holders() {
    auto found = ends_->FindHolders(kZero, std::array{watched_});
    EXPECT_TRUE(found.has_value());
    return *std::move(found);
  }

  std::shared_ptr<FilesystemEnds> ends_;
  std::optional<TicketNode> ticket_;
  FilesystemEnds::Watched watched_;
};

TEST_F(FilesystemEndsTest, LastDescriptor_IsTheEnd) {
  UniqueFd open = OpenIt();
  EXPECT_FALSE(ends_->HasEnded(watched_));
  ticket_.reset();
  EXPECT_FALSE(ends_->HasEnded(watched_));
  ASSERT_EQ(Holders().size(), 1U);
  EXPECT_EQ(Holders()[0].pid, ::getpid());
  open.Reset();
  EXPECT_TRUE(ends_->HasEnded(watched_));
  EXPECT_TRUE(Holders().empty());
}

TEST_F(FilesystemEndsTest, Mapping_IsWaitedFor) {
  UniqueFd open = OpenIt();
  void* page = ::mmap(nullptr, 4096, PROT_READ, MAP_PRIVATE, open.get(), 0);
  ASSERT_NE(page, MAP_FAILED);
  open.Reset();
  ticket_.reset();
  EXPECT_FALSE(ends_->HasEnded(watched_));
  EXPECT_EQ(::munmap(page, 4096), 0);
  EXPECT_TRUE(ends_->HasEnded(watched_));
}

TEST_F(FilesystemEndsTest, TicketThatNobodyOpened_IsHeldByNobodyInParticular) {
  EXPECT_EQ(Holders(), std::vector<Holder>{{}});
  ticket_.reset();
  EXPECT_TRUE(Holders().empty());
}

TEST_F(FilesystemEndsTest, ManyAtOnce_AreToldApart) {
  auto other = TicketNode::Make(kZero, ::getuid(), "zero");
  ASSERT_TRUE(other.has_value());
  const auto watched = ends_->Watch(other->fd());
  ASSERT_TRUE(watched.has_value());
  ticket_.reset();
  EXPECT_TRUE(ends_->HasEnded(watched_));
  EXPECT_FALSE(ends_->HasEnded(*watched));
  ends_->Forget(*watched);
}

class NodeBinderTest : public ::testing::Test {
 protected:
  NodeBinderTest() {
    MachineFacts facts;
    facts.Thing(kDevice)
        .Attribute(kDevice, attr::kFramework, std::string("drm"))
        .Attribute(kDevice, attr::kNodePath, std::string("/dev/zero"))
        .Attribute(kDevice, attr::kDeviceNumber, std::string("1:5"));
    topology_ = facts.Build();
    stage_.name = "draw";
  }
  Result<Bound> Bind() {
    return binder_.Bind({.grantee = grantee_,
                         .topology = *topology_,
                         .device = *topology_->Find(kDevice),
                         .stage = stage_});
  }

  static constexpr const char* kDevice = "accelerator:gpu";
  NodeOpener opener_;
  NodeBinder binder_{opener_, *FilesystemEnds::Make()};
  std::shared_ptr<const graph::Topology> topology_;
  placement::Stage stage_;
  Grantee grantee_{.user = ::getuid()};
};

// A client that does not read its session socket has the descriptor all the
// same: it can read it after the lease's end.
TEST_F(NodeBinderTest, DescriptorInAnUnreadSocket_HoldsTheDevice) {
  auto bound = Bind();
  ASSERT_TRUE(bound.has_value()) << bound.error().message;
  SessionPair pair;
  ASSERT_TRUE(api::SendGrants(pair.daemon.get(), "/lease", bound->grants));
  bound->grants.clear();
  bound->binding->Revoke();
  pair.daemon.Reset();
  EXPECT_EQ(*bound->binding->FindHolders(), std::vector<Holder>{{}});
  pair.client.Reset();
  EXPECT_TRUE(bound->binding->FindHolders()->empty());
}

TEST_F(NodeBinderTest, OthersWithTheDeviceOpen_HoldNothingOfTheLease) {
  auto bound = Bind();
  ASSERT_TRUE(bound.has_value()) << bound.error().message;
  const UniqueFd another(::open("/dev/zero", O_RDWR | O_CLOEXEC));
  EXPECT_EQ(bound->binding->FindHolders()->size(), 1U);
  bound->grants.clear();
  EXPECT_TRUE(bound->binding->FindHolders()->empty());
}

TEST_F(NodeBinderTest, EachSystemCallFailedOnce_NothingStaysOpen) {
  ExpectNoComplaints(FailEachSystemCall([this](FaultedRun& run) {
    return CheckAttempt<Bound>(run, [this] { return Bind(); },
                               {ErrorCode::kNoMemory});
  }));
}

}  // namespace
}  // namespace acceld::daemon
