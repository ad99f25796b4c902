#include "daemon/grant/node_binder.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/kcmp.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/bench_machine.h"

namespace acceld::daemon {
namespace {

using acceld::testing::BenchMachine;
using acceld::testing::MachineFacts;

constexpr std::string_view kGpu = "accelerator:renderD128";

// Opens a memory file for every node, or fails as told.
class FakeOpener final : public DeviceOpener {
 public:
  [[nodiscard]] Result<UniqueFd> Open(const OpenToken& /*token*/,
                                      const std::string& path,
                                      dev_t device) const override {
    opened.push_back(path + " " + std::to_string(gnu_dev_major(device)) + ":" +
                     std::to_string(gnu_dev_minor(device)));
    if (fails) return Fail(ErrorCode::kDeviceGone, "gone");
    UniqueFd fd(::memfd_create("device", MFD_CLOEXEC));
    last = fd.get();
    return fd;
  }
  mutable std::vector<std::string> opened;
  mutable int last = -1;
  bool fails = false;
};

MachineFacts Facts(const std::string& framework, const std::string& driver) {
  MachineFacts machine = BenchMachine();
  const std::string gpu(kGpu);
  machine.Link("root-port:0", "pci:gpu", LinkKind::kPcie, 16, 110)
      .Thing(gpu)
      .Relation(gpu, "pci:gpu", RelationKind::kAcceleratorOf)
      .Attribute("pci:gpu", attr::kDriver, driver)
      .Attribute(gpu, attr::kFramework, framework)
      .Attribute(gpu, attr::kFunctions, std::vector<std::string>{"compute/gpu"})
      .Attribute(gpu, attr::kGrant, std::string("fd"))
      .Attribute(gpu, attr::kNodePath, std::string("/dev/dri/renderD128"))
      .Attribute(gpu, attr::kDeviceNumber, std::string("226:128"));
  return machine;
}

class NodeBinderTest : public ::testing::Test {
 protected:
  Result<Bound> Bind(MachineFacts facts) {
    topology_ = facts.Build();
    placement::Stage stage;
    stage.name = "draw";
    const Grantee grantee{1000, -1};
    return binder_.Bind(
        {grantee, *topology_, *topology_->Find(kGpu), stage, 2});
  }
  FakeOpener opener_;
  NodeBinder binder_{opener_};
  std::shared_ptr<const graph::Topology> topology_;
};

TEST_F(NodeBinderTest, GoodNode_IsOpenedAndNamed) {
  auto bound = Bind(Facts("drm", "i915"));
  ASSERT_TRUE(bound.has_value()) << bound.error().message;
  EXPECT_EQ(opener_.opened,
            std::vector<std::string>{"/dev/dri/renderD128 226:128"});
  ASSERT_EQ(bound->grants.size(), 1U);
  EXPECT_EQ(bound->grants[0].kind, "fd");
  EXPECT_EQ(bound->grants[0].role, "");
  EXPECT_EQ(bound->grants[0].stage, "draw");
  EXPECT_EQ(bound->grants[0].replica, 2);
  EXPECT_EQ(bound->grants[0].device, kGpu);
  EXPECT_EQ(bound->grants[0].fd.get(), opener_.last);
  ASSERT_NE(bound->binding, nullptr);
}

TEST_F(NodeBinderTest, FrameworkThatBindsItsOpener_IsNotOpened) {
  for (const auto& [framework, driver] :
       std::vector<std::pair<std::string, std::string>>{{"uacce", "hisi_sec2"},
                                                        {"idxd", "user"},
                                                        {"accel", "amdxdna"},
                                                        {"kfd", "amdgpu"},
                                                        {"accel", "habanalabs"},
                                                        {"", ""}}) {
    const auto bound = Bind(Facts(framework, driver));
    ASSERT_FALSE(bound.has_value()) << framework;
    EXPECT_EQ(bound.error().code, ErrorCode::kUnsupported);
  }
  EXPECT_TRUE(opener_.opened.empty());
}

TEST_F(NodeBinderTest, OpenFails_KeepsTheCode) {
  opener_.fails = true;
  const auto bound = Bind(Facts("drm", "i915"));
  ASSERT_FALSE(bound.has_value());
  EXPECT_EQ(bound.error().code, ErrorCode::kDeviceGone);
}

TEST_F(NodeBinderTest, NodeNotKnown_IsUnsupported) {
  MachineFacts facts = Facts("drm", "i915");
  std::erase_if(facts.facts().attributes, [](const auto& fact) {
    return fact.attribute.name == attr::kDeviceNumber;
  });
  const auto bound = Bind(std::move(facts));
  ASSERT_FALSE(bound.has_value());
  EXPECT_EQ(bound.error().code, ErrorCode::kUnsupported);
}

// Of a device for many a descriptor is kept, to know the lease's open file by.
TEST_F(NodeBinderTest, DeviceForMany_KeepsTheFileUntilRestored) {
  MachineFacts facts = Facts("drm", "i915");
  facts.Attribute(std::string(kGpu), attr::kSharing, std::string("multi-app"));
  auto bound = Bind(std::move(facts));
  ASSERT_TRUE(bound.has_value()) << bound.error().message;
  const int granted = bound->grants[0].fd.get();
  EXPECT_EQ(::fcntl(granted, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
  const int kept = granted + 1;  // the lowest number that was free
  EXPECT_EQ(
      ::syscall(SYS_kcmp, ::getpid(), ::getpid(), KCMP_FILE, granted, kept), 0);
  bound->grants.clear();
  EXPECT_NE(::fcntl(kept, F_GETFD), -1);
  ASSERT_TRUE(bound->binding->Restore());
  EXPECT_EQ(::fcntl(kept, F_GETFD), -1);
}

}  // namespace
}  // namespace acceld::daemon
