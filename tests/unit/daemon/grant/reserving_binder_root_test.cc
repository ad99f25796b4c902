#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "daemon/grant/reserving_binder.h"
#include "tests/support/bench_machine.h"

namespace acceld::daemon {
namespace {

using acceld::testing::BenchMachine;
using acceld::testing::MachineFacts;

constexpr std::string_view kDevice = "accelerator:null";

// A device that every machine has, and of which some process has one open:
// this one.
MachineFacts Null(const std::string& sharing, const std::string& number) {
  const std::string device(kDevice);
  MachineFacts machine = BenchMachine();
  machine.Link("root-port:0", "pci:null", LinkKind::kPcie, 16, 110)
      .Thing(device)
      .Relation(device, "pci:null", RelationKind::kAcceleratorOf)
      .Attribute(device, attr::kFramework, std::string("uacce"))
      .Attribute(device, attr::kGrant, std::string("ticket"))
      .Attribute(device, attr::kSharing, sharing)
      .Attribute(device, attr::kNodePath, std::string("/dev/null"))
      .Attribute(device, attr::kDeviceNumber, number);
  return machine;
}

class ReservingBinderTest : public ::testing::Test {
 protected:
  Result<Bound> Bind(MachineFacts facts, std::string_view device = kDevice) {
    topology_ = facts.Build();
    return binder_.Bind(
        {grantee_, *topology_, *topology_->Find(device), stage_});
  }
  // Whether this process is among who holds it after the lease.
  static bool IsHeldByMe(Binding& binding) {
    binding.Revoke();
    const auto holders = binding.FindHolders();
    EXPECT_TRUE(holders) << holders.error().message;
    return holders &&
           std::any_of(holders->begin(), holders->end(),
                       [](const Holder& one) { return one.pid == ::getpid(); });
  }
  const Grantee grantee_{1000, -1};
  placement::Stage stage_;
  ReservingBinder binder_;
  std::shared_ptr<const graph::Topology> topology_;
};

TEST_F(ReservingBinderTest, DeviceForOneProgram_IsHeldWhileItsNodeIsOpen) {
  auto bound = Bind(Null("single-user", "1:3"));
  ASSERT_TRUE(bound) << bound.error().message;
  EXPECT_TRUE(bound->grants.empty());
  const UniqueFd open(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  EXPECT_TRUE(IsHeldByMe(*bound->binding));
  EXPECT_TRUE(bound->binding->Restore());
}

TEST_F(ReservingBinderTest, DeviceForMany_IsFreeAtOnce) {
  auto bound = Bind(Null("multi-app", "1:3"));
  ASSERT_TRUE(bound) << bound.error().message;
  const UniqueFd open(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  EXPECT_FALSE(IsHeldByMe(*bound->binding));
}

TEST_F(ReservingBinderTest, DeviceWithoutANode_IsReservedAllTheSame) {
  auto bound = Bind(BenchMachine(), "accelerator:a");
  ASSERT_TRUE(bound) << bound.error().message;
  EXPECT_FALSE(IsHeldByMe(*bound->binding));
}

TEST_F(ReservingBinderTest, NodeOfAnotherNumber_IsGone) {
  const auto bound = Bind(Null("single-user", "1:5"));
  ASSERT_FALSE(bound);
  EXPECT_EQ(bound.error().code, ErrorCode::kDeviceGone);
}

}  // namespace
}  // namespace acceld::daemon
