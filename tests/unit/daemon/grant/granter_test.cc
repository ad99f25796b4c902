#include "daemon/grant/granter.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/stat.h>
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

// Counts what is bound; binds a memory file for every device, or fails.
class FakeBinder final : public Binder {
 public:
  explicit FakeBinder(std::string kind) : kind_(std::move(kind)) {}

  [[nodiscard]] Result<Bound> Bind(const BindRequest& request) override {
    const std::string key = request.topology.vertex(request.device).key;
    asked.push_back(key + " " + request.stage.name + " " +
                    std::to_string(request.replica));
    if (static_cast<int>(asked.size()) == fails_at) {
      return Fail(ErrorCode::kDeviceGone, "gone");
    }
    Bound bound;
    bound.binding = std::make_unique<FakeBinding>(held);
    api::Grant grant;
    grant.stage = request.stage.name;
    grant.replica = request.replica;
    grant.device = key;
    grant.kind = kind_;
    grant.fd = UniqueFd(::memfd_create("device", MFD_CLOEXEC));
    bound.grants.push_back(std::move(grant));
    return bound;
  }

  std::vector<std::string> asked;
  int fails_at = 0;  // which call fails; 0: none
  int held = 0;

 private:
  class FakeBinding final : public Binding {
   public:
    explicit FakeBinding(int& held) : held_(held) { ++held_; }
    ~FakeBinding() override { --held_; }
    void Revoke() noexcept override {}
    [[nodiscard]] Result<std::vector<Holder>> FindHolders() override {
      return std::vector<Holder>{};
    }
    [[nodiscard]] Status Restore() override { return {}; }

   private:
    int& held_;
  };
  std::string kind_;
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
    granter_.emplace(mode, soft_.pool(), binders_, root_);
  }

  SolvedRequest Solved(std::string_view pipeline) {
    const FakeClock clock;
    const Snapshot snapshot{
        topology_, std::make_shared<const placement::Occupancy>(), 0,
        policy::Policy::Default(), granter_->Refusal(topology_)};
    auto solved =
        SolvePipeline(*ParseJson(pipeline), policy::Subject{}, snapshot, clock);
    EXPECT_TRUE(solved) << (solved ? "" : solved.error().message);
    return solved ? *std::move(solved) : SolvedRequest{};
  }

  Result<Granter::Granted> Grant(std::string_view pipeline) {
    const SolvedRequest solved = Solved(pipeline);
    bound_.clear();
    const auto bound =
        granter_->Bind({kUser, -1}, solved, *topology_,
                       *policy::Policy::Default(), bound_, buffers_);
    if (!bound) return Fail(bound.error());
    return granter_->Make(kUser, solved, *topology_, bound_, buffers_);
  }

  std::vector<std::string> Grantables() const {
    const auto refusal = granter_->Refusal(topology_);
    std::vector<std::string> keys;
    for (const graph::Vertex& vertex : topology_->vertices()) {
      if (vertex.kind == VertexKind::kAccelerator && !refusal(vertex)) {
        keys.push_back(vertex.key);
      }
    }
    return keys;
  }

  SysTree tree_;
  SysRoot root_ = tree_.root();
  SoftPool soft_;
  FakeBinder nodes_{"fd"};
  FakeBinder tickets_{"ticket"};
  FakeBinder vfio_{"fd"};
  Binders binders_{&nodes_, &tickets_, &vfio_};
  std::vector<Bound> bound_;
  std::vector<UniqueFd> buffers_;
  std::shared_ptr<const graph::Topology> topology_;
  std::optional<Granter> granter_;
};

TEST_F(GranterTest, Devices_CanGrantOnlyWhatItBindsOrServes) {
  Use(GrantMode::kDevices);
  EXPECT_EQ(Grantables(),
            (std::vector<std::string>{std::string(kGpu), "accelerator:soft0"}));
  MachineFacts facts = Facts();
  facts.Attribute("accelerator:a", attr::kGrant, std::string("ticket"))
      .Attribute("accelerator:b", attr::kGrant, std::string("none"));
  Use(GrantMode::kDevices, std::move(facts));
  EXPECT_EQ(Grantables(),
            (std::vector<std::string>{"accelerator:a", std::string(kGpu),
                                      "accelerator:soft0"}));
}

TEST_F(GranterTest, NoBinder_IsNotGrantable) {
  binders_ = {};
  Use(GrantMode::kDevices);
  EXPECT_EQ(Grantables(), std::vector<std::string>{"accelerator:soft0"});
  const auto refusal = granter_->Refusal(topology_);
  const auto why = refusal(topology_->vertex(*topology_->Find(kGpu)));
  ASSERT_TRUE(why.has_value());
  EXPECT_NE(why->find("drm"), std::string::npos);
}

TEST_F(GranterTest, Framework_ChoosesTheBinder) {
  MachineFacts facts = Facts();
  facts.Attribute("accelerator:a", attr::kGrant, std::string("ticket"))
      .Attribute("accelerator:b", attr::kGrant, std::string("path"));
  for (const std::string vfio : {"x-vfio", "y-mdev"}) {
    facts.Thing("accelerator:" + vfio)
        .Relation("accelerator:" + vfio, vfio == "x-vfio" ? "pci:c" : "pci:gpu",
                  RelationKind::kAcceleratorOf)
        .Attribute("accelerator:" + vfio, attr::kFramework, vfio.substr(2))
        .Attribute("accelerator:" + vfio, attr::kGrant, std::string("fd"))
        .Attribute("accelerator:" + vfio, attr::kFunctions,
                   std::vector<std::string>{"cipher/aes-xts"});
  }
  Use(GrantMode::kDevices, std::move(facts));
  ASSERT_TRUE(Grant(R"({"stages": [
      {"name": "t", "function": "copy", "count": 2},
      {"name": "v", "function": "cipher/aes-xts", "count": 2},
      {"name": "n", "function": "compute/gpu"}],
      "constraints": [{"distinct": "device", "stages": ["t", "v", "n"]}]})"));
  EXPECT_EQ(tickets_.asked.size(), 2U);
  EXPECT_EQ(vfio_.asked.size(), 2U);
  EXPECT_EQ(nodes_.asked.size(), 1U);
}

TEST_F(GranterTest, OnlyReserved_IsBoundByTheOneThatGrantsNothing) {
  FakeBinder reserving("none");
  binders_.none = &reserving;
  Use(GrantMode::kDevices);
  ASSERT_TRUE(Grant(R"({"stages": [
      {"name": "draw", "function": "compute/gpu", "grant": "none"},
      {"name": "sum", "function": "digest/sha256", "grant": "none"}]})"));
  EXPECT_EQ(reserving.asked.size(), 2U);
  EXPECT_TRUE(nodes_.asked.empty());
  EXPECT_TRUE(soft_.pool().worker_pids().empty());
}

TEST_F(GranterTest, OnlyReserved_StandInGrantsNothingEither) {
  Use(GrantMode::kStandIn);
  const auto granted = Grant(R"({"stages": [
      {"name": "draw", "function": "compute/gpu", "grant": "none"}]})");
  ASSERT_TRUE(granted) << granted.error().message;
  EXPECT_TRUE(granted->grants.empty());
  EXPECT_TRUE(granted->queues.empty());
}

TEST_F(GranterTest, StandInAndPlanOnly_TakeEveryDevice) {
  for (const GrantMode mode : {GrantMode::kStandIn, GrantMode::kPlanOnly}) {
    Use(mode);
    EXPECT_EQ(granter_->mode(), mode);
    EXPECT_EQ(Grantables().size(), 5U);
  }
}

TEST_F(GranterTest, Refusal_OutlivesTheGranter) {
  Use(GrantMode::kDevices);
  const auto refusal = granter_->Refusal(topology_);
  const graph::Vertex gpu = topology_->vertex(*topology_->Find(kGpu));
  granter_.reset();
  topology_.reset();
  EXPECT_FALSE(refusal(gpu));
}

TEST_F(GranterTest, BoundGrant_CarriesTheDescriptorOfTheBinder) {
  Use(GrantMode::kDevices);
  const SolvedRequest solved = Solved(kRender);
  EXPECT_TRUE(granter_->NeedsBind(solved, *topology_));
  const auto bound =
      granter_->Bind({kUser, -1}, solved, *topology_,
                     *policy::Policy::Default(), bound_, buffers_);
  ASSERT_TRUE(bound.has_value()) << bound.error().message;
  ASSERT_EQ(bound_.size(), 1U);
  const ino_t inode = InodeOf(bound_[0].grants.at(0).fd);
  const auto granted =
      granter_->Make(kUser, solved, *topology_, bound_, buffers_);
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
  EXPECT_EQ(nodes_.held, 1);  // the binding stays with the caller
  EXPECT_NE(bound_[0].binding, nullptr);
}

TEST_F(GranterTest, BinderFails_NamesTheDeviceAndKeepsTheCode) {
  Use(GrantMode::kDevices);
  nodes_.fails_at = 1;
  const auto granted = Grant(kRender);
  ASSERT_FALSE(granted.has_value());
  EXPECT_EQ(granted.error().code, ErrorCode::kDeviceGone);
  EXPECT_NE(granted.error().message.find(kGpu), std::string::npos);
}

TEST_F(GranterTest, BinderFailsAtAnyStep_LeavesTheStepsBeforeToTheCaller) {
  Use(GrantMode::kDevices);
  for (int step = 1; step <= 3; ++step) {
    nodes_.asked.clear();
    nodes_.fails_at = step;
    ASSERT_FALSE(Grant(R"({"stages": [{"name": "s", "function": "compute/gpu",
                                       "count": 3}]})"));
    EXPECT_EQ(static_cast<int>(nodes_.asked.size()), step);
    EXPECT_EQ(nodes_.asked.back(),
              std::string(kGpu) + " s " + std::to_string(step - 1));
    EXPECT_EQ(static_cast<int>(bound_.size()), step - 1);
    EXPECT_EQ(nodes_.held, step - 1);
  }
}

TEST_F(GranterTest, StandIn_BindsNothingAndServesAQueue) {
  Use(GrantMode::kStandIn);
  const auto granted = Grant(kRender);
  ASSERT_TRUE(granted.has_value()) << granted.error().message;
  EXPECT_TRUE(nodes_.asked.empty());
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
