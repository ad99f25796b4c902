#include "daemon/grant/granter.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "tests/support/bench_machine.h"
#include "tests/support/fake_clock.h"
#include "tests/support/soft_pool.h"
#include "tests/support/sys_tree.h"

namespace acceld::daemon {
namespace {

using acceld::testing::BenchMachine;
using acceld::testing::FakeClock;
using acceld::testing::MachineFacts;
using acceld::testing::SoftPool;
using acceld::testing::SysTree;

constexpr uid_t kUser = 1000;
constexpr std::string_view kGpu = "accelerator:renderD128";
constexpr std::string_view kRender =
    R"({"stages": [{"name": "draw", "function": "compute/gpu"}]})";
// A soft accelerator, and a buffer on the memory of node 0.
constexpr std::string_view kCopy =
    R"({"stages": [{"name": "move", "function": "digest/sha256"}],
        "links": [{"from": "host", "to": "move",
                   "buffer": {"size": "64KiB", "kind": "ddr"}}],
        "client": {"cpus": "0"}})";

// Opens a memory file for every node, or fails as told.
class FakeOpener final : public DeviceOpener {
 public:
  [[nodiscard]] Result<UniqueFd> Open(const std::string& path,
                                      dev_t device) const override {
    opened.push_back(path + " " + std::to_string(gnu_dev_major(device)) + ":" +
                     std::to_string(gnu_dev_minor(device)));
    if (failure) return Fail(*failure);
    return UniqueFd(::memfd_create("device", MFD_CLOEXEC));
  }
  mutable std::vector<std::string> opened;
  std::optional<Error> failure;
};

ino_t InodeOf(const UniqueFd& fd) {
  struct stat status {};
  EXPECT_EQ(::fstat(fd.get(), &status), 0);
  return status.st_ino;
}

MachineFacts Facts() {
  const std::string gpu(kGpu);
  const std::string soft = "accelerator:soft0";
  MachineFacts machine = BenchMachine();
  machine.Link("root-port:0", "pci:gpu", LinkKind::kPcie, 16, 110)
      .Thing(gpu)
      .Relation(gpu, "pci:gpu", RelationKind::kAcceleratorOf)
      .Attribute(gpu, attr::kFramework, std::string("drm"))
      .Attribute(gpu, attr::kFunctions, std::vector<std::string>{"compute/gpu"})
      .Attribute(gpu, attr::kInstances, std::int64_t{64})
      .Attribute(gpu, attr::kGrant, std::string("fd"))
      .Attribute(gpu, attr::kNodePath, std::string("/dev/dri/renderD128"))
      .Attribute(gpu, attr::kDeviceNumber, std::string("226:128"))
      .Thing(soft)
      .Link("numa:0", soft, LinkKind::kOnDie, 50, 50)
      .Attribute(soft, attr::kFramework, std::string("soft"))
      .Attribute(soft, attr::kFunctions,
                 std::vector<std::string>{"digest/sha256"})
      .Attribute(soft, attr::kInstances, std::int64_t{64})
      .Attribute(soft, attr::kGrant, std::string("soft"))
      .Attribute("memory:0", attr::kOsIndex, std::int64_t{0});
  return machine;
}

class GranterTest : public ::testing::Test {
 protected:
  void Use(GrantMode mode, MachineFacts facts = Facts()) {
    topology_ = facts.Build();
    granter_.emplace(mode, soft_.pool(), opener_, root_);
  }

  SolvedRequest Solved(std::string_view pipeline) {
    const FakeClock clock;
    const Snapshot snapshot{
        topology_, std::make_shared<const placement::Occupancy>(), 0,
        policy::Policy::Default(), granter_->Grantable(topology_)};
    auto solved =
        SolvePipeline(*ParseJson(pipeline), policy::Subject{}, snapshot, clock);
    EXPECT_TRUE(solved) << (solved ? "" : solved.error().message);
    return solved ? *std::move(solved) : SolvedRequest{};
  }

  Result<Granter::Granted> Grant(std::string_view pipeline) {
    const SolvedRequest solved = Solved(pipeline);
    auto opened = granter_->OpenNodes(solved, *topology_);
    if (!opened) return Fail(opened.error());
    return granter_->Make(kUser, solved, *topology_, *std::move(opened));
  }

  std::vector<std::string> Grantables() const {
    const auto grantable = granter_->Grantable(topology_);
    std::vector<std::string> keys;
    for (const graph::Vertex& vertex : topology_->vertices()) {
      if (vertex.kind == VertexKind::kAccelerator && grantable(vertex)) {
        keys.push_back(vertex.key);
      }
    }
    return keys;
  }

  SysTree tree_;
  SysRoot root_ = tree_.root();
  SoftPool soft_;
  FakeOpener opener_;
  std::shared_ptr<const graph::Topology> topology_;
  std::optional<Granter> granter_;
};

TEST_F(GranterTest, Devices_CanGrantOnlyWhatItOpensOrServes) {
  Use(GrantMode::kDevices);
  EXPECT_EQ(Grantables(),
            (std::vector<std::string>{std::string(kGpu), "accelerator:soft0"}));
}

TEST_F(GranterTest, StandInAndPlanOnly_TakeEveryDevice) {
  for (const GrantMode mode : {GrantMode::kStandIn, GrantMode::kPlanOnly}) {
    Use(mode);
    EXPECT_EQ(granter_->mode(), mode);
    EXPECT_EQ(Grantables().size(), 5U);
  }
}

TEST_F(GranterTest, Grantable_OutlivesTheGranter) {
  Use(GrantMode::kDevices);
  const auto grantable = granter_->Grantable(topology_);
  const graph::Vertex gpu = topology_->vertex(*topology_->Find(kGpu));
  granter_.reset();
  topology_.reset();
  EXPECT_TRUE(grantable(gpu));
}

TEST_F(GranterTest, FdGrant_CarriesTheDescriptorThatWasOpened) {
  Use(GrantMode::kDevices);
  const SolvedRequest solved = Solved(kRender);
  auto opened = granter_->OpenNodes(solved, *topology_);
  ASSERT_TRUE(opened.has_value()) << opened.error().message;
  ASSERT_EQ(opened->size(), 1U);
  const ino_t inode = InodeOf(opened->front());
  const auto granted =
      granter_->Make(kUser, solved, *topology_, *std::move(opened));
  ASSERT_TRUE(granted.has_value()) << granted.error().message;
  ASSERT_EQ(granted->grants.size(), 1U);
  const api::Grant& grant = granted->grants[0];
  EXPECT_EQ(grant.kind, "fd");
  EXPECT_EQ(grant.stage, "draw");
  EXPECT_EQ(grant.device, kGpu);
  EXPECT_EQ(grant.function, "compute/gpu");
  EXPECT_EQ(InodeOf(grant.fd), inode);
  EXPECT_TRUE(granted->queues.empty());
  EXPECT_TRUE(soft_.pool().worker_pids().empty());
  EXPECT_EQ(opener_.opened,
            std::vector<std::string>{"/dev/dri/renderD128 226:128"});
}

TEST_F(GranterTest, OpenerFails_NamesTheDeviceAndKeepsTheCode) {
  Use(GrantMode::kDevices);
  opener_.failure = Error{ErrorCode::kDeviceGone, "gone", 0};
  const auto granted = Grant(kRender);
  ASSERT_FALSE(granted.has_value());
  EXPECT_EQ(granted.error().code, ErrorCode::kDeviceGone);
  EXPECT_NE(granted.error().message.find(kGpu), std::string::npos);
}

TEST_F(GranterTest, NodeNotKnown_NamesTheDevice) {
  MachineFacts facts = Facts();
  std::erase_if(facts.facts().attributes, [](const auto& fact) {
    return fact.attribute.name == attr::kDeviceNumber;
  });
  Use(GrantMode::kDevices, std::move(facts));
  const auto granted = Grant(kRender);
  ASSERT_FALSE(granted.has_value());
  EXPECT_EQ(granted.error().code, ErrorCode::kUnsupported);
  EXPECT_NE(granted.error().message.find(kGpu), std::string::npos);
  EXPECT_TRUE(opener_.opened.empty());
}

TEST_F(GranterTest, StandIn_OpensNoNodeAndServesAQueue) {
  Use(GrantMode::kStandIn);
  const auto granted = Grant(kRender);
  ASSERT_TRUE(granted.has_value()) << granted.error().message;
  EXPECT_TRUE(opener_.opened.empty());
  ASSERT_EQ(granted->grants.size(), 1U);
  EXPECT_EQ(granted->grants[0].kind, "soft");
  EXPECT_EQ(granted->grants[0].function, "compute/gpu");
  EXPECT_TRUE(granted->grants[0].fd.valid());
  ASSERT_EQ(granted->queues.size(), 1U);
  const std::uint64_t queue = granted->queues[0].value();
  EXPECT_TRUE(granter_->Close(kUser, granted->queues[0]));
  soft_.DispatchUntil([&] { return soft_.detached.contains(queue); });
  EXPECT_FALSE(granter_->Close(kUser, granted->queues[0]));
}

TEST_F(GranterTest, Replicas_GetQueuesOfTheirOwn) {
  Use(GrantMode::kStandIn);
  const auto granted =
      Grant(R"({"stages": [{"name": "x", "function": "copy", "count": 3}]})");
  ASSERT_TRUE(granted.has_value()) << granted.error().message;
  ASSERT_EQ(granted->grants.size(), 3U);
  for (std::int64_t i = 0; i < 3; ++i) {
    EXPECT_EQ(granted->grants[static_cast<std::size_t>(i)].replica, i);
  }
  ASSERT_EQ(granted->queues.size(), 3U);
  EXPECT_NE(granted->queues[0], granted->queues[1]);
  EXPECT_NE(granted->queues[1], granted->queues[2]);
}

TEST_F(GranterTest, StandIn_BuffersAreNotBound) {
  Use(GrantMode::kStandIn);  // the described machine's node is not this one's
  const auto granted = Grant(kCopy);
  ASSERT_TRUE(granted.has_value()) << granted.error().message;
  ASSERT_EQ(granted->grants.size(), 2U);
  const api::Grant& buffer = granted->grants[1];
  EXPECT_EQ(buffer.kind, "buffer");
  EXPECT_EQ(buffer.stage, "host");
  EXPECT_EQ(buffer.device, "memory:0");
  EXPECT_EQ(buffer.link, 0);
  EXPECT_EQ(buffer.size, 65536);
  EXPECT_EQ(::lseek(buffer.fd.get(), 0, SEEK_END), 65536);
  EXPECT_NE(::fcntl(buffer.fd.get(), F_GET_SEALS) & F_SEAL_SHRINK, 0);
}

TEST_F(GranterTest, BufferFails_ClosesTheQueuesAgain) {
  Use(GrantMode::kDevices);
  tree_.AddFile("sys/devices/system/node/node0/meminfo",
                "Node 0 MemFree: 4 kB\n");
  const auto granted = Grant(kCopy);
  ASSERT_FALSE(granted.has_value());
  EXPECT_EQ(granted.error().code, ErrorCode::kNoMemory);
  soft_.DispatchUntil([&] { return soft_.detached.size() == 1; });
}

}  // namespace
}  // namespace acceld::daemon
