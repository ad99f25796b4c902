#include "daemon/grant/vfio/vfio_binder.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <string>
#include <utility>
#include <vector>

#include "base/topology_terms.h"
#include "base/vfio_abi.h"
#include "tests/support/machine_facts.h"
#include "tests/unit/daemon/grant/vfio/vfio_machine.h"

namespace acceld::daemon::vfio {
namespace {

using acceld::testing::VfioMachine;

std::vector<std::string> RolesOf(const Bound& bound) {
  std::vector<std::string> roles;
  for (const api::Grant& grant : bound.grants) roles.push_back(grant.role);
  return roles;
}

std::string DetailOf(const Bound& bound, std::string_view name) {
  const Document* value = bound.grants.at(0).details.Find(name);
  const std::string* text = value == nullptr ? nullptr : value->AsString();
  return text == nullptr ? std::string() : *text;
}

// Binds, is given back, and everything is as it was.
void ExpectRoundTrip(VfioMachine& machine) {
  const auto before = machine.kernel.State();
  const auto binder = machine.Start();
  auto bound = machine.Bind(*binder);
  ASSERT_TRUE(bound) << bound.error().message;
  EXPECT_EQ(machine.kernel.DriverOf(VfioMachine::kDisk), "vfio-pci");
  bound->grants.clear();
  bound->binding->Revoke();
  EXPECT_TRUE(bound->binding->FindHolders()->empty());
  const Status restored = bound->binding->Restore();
  ASSERT_TRUE(restored) << restored.error().message;
  EXPECT_EQ(machine.kernel.State(), before);
  EXPECT_TRUE(machine.JournalFiles().empty());
}

TEST(VfioBinder, FunctionOfADriver_IsTakenAndGivenBack) {
  VfioMachine machine;
  ExpectRoundTrip(machine);
}

TEST(VfioBinder, FunctionWithoutADriver_IsLeftWithoutOne) {
  VfioMachine machine("");
  ExpectRoundTrip(machine);
}

TEST(VfioBinder, OverrideOfAnAdministrator_ComesBack) {
  VfioMachine machine;
  machine.kernel.SetOverride(VfioMachine::kDisk, "nvme");
  ExpectRoundTrip(machine);
}

TEST(VfioBinder, FunctionThatVfioHeldBefore_IsLeftSo) {
  VfioMachine machine("vfio-pci");
  machine.offers.offers.clear();
  ExpectRoundTrip(machine);
  EXPECT_TRUE(machine.kernel.writes.empty());
}

TEST(VfioBinder, WholeGroup_IsTakenAndGivenBack) {
  VfioMachine machine;
  machine.kernel.Add({VfioMachine::kAudio, 2, "snd", VfioMachine::kGroup});
  machine.kernel.Add(
      {"0000:39:00.0", 3, "pcieport", VfioMachine::kGroup, 0x060400});
  machine.kernel.Add({"0000:3a:00.2", 4, "", VfioMachine::kGroup});
  ExpectRoundTrip(machine);
  // Bridges and what has no driver stay as they are.
  for (const std::string& write : machine.kernel.writes) {
    EXPECT_EQ(write.find("0000:39"), std::string::npos) << write;
    EXPECT_EQ(write.find("0000:3a:00.2"), std::string::npos) << write;
  }
}

TEST(VfioBinder, MemberThatNoOfferTakes_IsBusyAndNothingIsTouched) {
  VfioMachine machine;
  machine.kernel.Add({VfioMachine::kAudio, 9, "snd", VfioMachine::kGroup});
  const auto bound = machine.Bind(*machine.Start());
  ASSERT_FALSE(bound);
  EXPECT_EQ(bound.error().code, ErrorCode::kBusy);
  EXPECT_TRUE(machine.kernel.writes.empty());
}

TEST(VfioBinder, PhysicalFunctionWithVirtualOnes_IsBusy) {
  VfioMachine machine;
  machine.kernel.tree.AddFile(
      "sys/devices/pci0000:3a/0000:3a:00.0/sriov_numvfs", "2\n");
  const auto bound = machine.Bind(*machine.Start());
  ASSERT_FALSE(bound);
  EXPECT_EQ(bound.error().code, ErrorCode::kBusy);
}

TEST(VfioBinder, WithoutTheDriverVfioPci_IsUnsupportedAndNothingIsTouched) {
  VfioMachine machine("nvme", false);
  const auto bound = machine.Bind(*machine.Start());
  ASSERT_FALSE(bound);
  EXPECT_EQ(bound.error().code, ErrorCode::kUnsupported);
  EXPECT_TRUE(machine.kernel.writes.empty());
  EXPECT_TRUE(machine.JournalFiles().empty());
}

TEST(VfioBinder, FunctionInNoGroup_IsUnsupported) {
  VfioMachine machine;
  machine.kernel.tree.Remove("sys/devices/pci0000:3a/0000:3a:00.0/iommu_group");
  EXPECT_EQ(machine.Bind(*machine.Start()).error().code,
            ErrorCode::kUnsupported);
}

TEST(VfioBinder, ByGroup_GrantsDeviceContainerAndGroup) {
  VfioMachine machine;
  const auto binder = machine.Start();
  const auto bound = machine.Bind(*binder);
  ASSERT_TRUE(bound) << bound.error().message;
  EXPECT_EQ(RolesOf(*bound),
            (std::vector<std::string>{"", "container", "group"}));
  EXPECT_EQ(DetailOf(*bound, "framework"), "vfio");
  EXPECT_EQ(DetailOf(*bound, "address"), VfioMachine::kDisk);
  EXPECT_EQ(DetailOf(*bound, "iommu"), "type1v2");
  EXPECT_EQ(machine.kernel.opened,
            (std::vector<std::string>{"/dev/vfio/30 240:30",
                                      "/dev/vfio/vfio 10:196"}));
  for (const api::Grant& grant : bound->grants) {
    EXPECT_TRUE(grant.fd.valid());
    EXPECT_EQ(grant.kind, "fd");
    EXPECT_EQ(grant.stage, "read");
    EXPECT_EQ(grant.function, "copy");
  }
}

TEST(VfioBinder, WithIommufd_GrantsDeviceAndIommufd) {
  VfioMachine machine;
  machine.kernel.has_iommufd = true;
  const auto binder = machine.Start();
  const auto bound = machine.Bind(*binder);
  ASSERT_TRUE(bound) << bound.error().message;
  EXPECT_EQ(RolesOf(*bound), (std::vector<std::string>{"", "iommufd"}));
  EXPECT_EQ(DetailOf(*bound, "iommu"), "iommufd");
  const Document* ioas = bound->grants.at(0).details.Find("ioas");
  ASSERT_NE(ioas, nullptr);
  EXPECT_EQ(*ioas->AsInteger(), 7);
}

TEST(VfioBinder, KernelWithoutGroups_IsAskedByTheDevicesNode) {
  VfioMachine machine;
  machine.kernel.has_iommufd = true;
  machine.kernel.has_groups = false;
  const auto binder = machine.Start();
  auto bound = machine.Bind(*binder);
  ASSERT_TRUE(bound) << bound.error().message;
  machine.kernel.open.insert("/dev/vfio/devices/vfio1");
  EXPECT_EQ(bound->binding->FindHolders()->size(), 1U);
  EXPECT_EQ(bound->binding->Restore().error().code, ErrorCode::kBusy);
  machine.kernel.open.clear();
  EXPECT_TRUE(bound->binding->FindHolders()->empty());
  EXPECT_TRUE(bound->binding->Restore());
  EXPECT_EQ(machine.kernel.DriverOf(VfioMachine::kDisk), "nvme");
}

TEST(VfioBinder, KernelWithNeither_IsUnsupportedAndAllIsAsItWas) {
  VfioMachine machine;
  machine.kernel.has_groups = false;
  const auto before = machine.kernel.State();
  const auto bound = machine.Bind(*machine.Start());
  ASSERT_FALSE(bound);
  EXPECT_EQ(bound.error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(machine.kernel.State(), before);
}

TEST(VfioBinder, MediatedDevice_IsOpenedByItsUuidAndNeverRebound) {
  constexpr const char* kUuid = "83b8f4f2-509f-382f-3c1e-e6bfe0fa1001";
  VfioMachine machine("vfio-pci");
  const std::string path =
      std::string("sys/devices/pci0000:3a/0000:3a:00.0/") + kUuid;
  machine.kernel.tree.AddLinkTo(std::string("sys/bus/mdev/devices/") + kUuid,
                                path);
  machine.kernel.tree.AddDirectory("sys/kernel/iommu_groups/31");
  machine.kernel.tree.AddLinkTo(path + "/iommu_group",
                                "sys/kernel/iommu_groups/31");
  machine.kernel.tree.AddFile("sys/class/vfio/31/dev", "240:31\n");
  machine.kernel.mediated = kUuid;
  const std::string key = std::string("engine:mdev-") + kUuid;
  machine.topology = acceld::testing::MachineFacts()
                         .Thing("numa:0")
                         .Thing("accelerator:mdev-0000:3a:00.0")
                         .Relation(key, "accelerator:mdev-0000:3a:00.0",
                                   RelationKind::kEngineOf)
                         .Build();
  const auto binder = machine.Start();
  const auto bound =
      binder->Bind({machine.grantee, *machine.topology,
                    *machine.topology->Find(key), machine.stage, 0});
  ASSERT_TRUE(bound) << bound.error().message;
  EXPECT_EQ(DetailOf(*bound, "framework"), "mdev");
  EXPECT_EQ(DetailOf(*bound, "address"), kUuid);
  EXPECT_TRUE(bound->binding->Restore());
  EXPECT_TRUE(machine.kernel.writes.empty());
}

TEST(VfioBinder, GroupThatIsLeased_IsBusyUntilItIsGivenBack) {
  VfioMachine machine;
  const auto binder = machine.Start();
  auto first = machine.Bind(*binder);
  ASSERT_TRUE(first);
  EXPECT_EQ(machine.Bind(*binder).error().code, ErrorCode::kBusy);
  ASSERT_TRUE(first->binding->Restore());
  EXPECT_TRUE(machine.Bind(*binder));
}

TEST(VfioBinder, WhatSomebodyHasOpen_IsNeitherFreeNorGivenBack) {
  VfioMachine machine;
  const auto binder = machine.Start();
  auto bound = machine.Bind(*binder);
  ASSERT_TRUE(bound);
  machine.kernel.open.insert(VfioMachine::kGroupNode);
  // The kernel's word, though no process is found.
  EXPECT_EQ(*bound->binding->FindHolders(), (std::vector<Holder>{{}}));
  machine.holders = {{77, 1000, "worker"}};
  EXPECT_EQ(*bound->binding->FindHolders(), machine.holders);
  EXPECT_EQ(bound->binding->Restore().error().code, ErrorCode::kBusy);
  EXPECT_EQ(machine.kernel.DriverOf(VfioMachine::kDisk), "vfio-pci");
  machine.kernel.open.clear();
  EXPECT_TRUE(bound->binding->Restore());
  EXPECT_EQ(machine.kernel.DriverOf(VfioMachine::kDisk), "nvme");
}

TEST(VfioBinder, ResetThatFails_KeepsTheDevice_UntilItWorks) {
  VfioMachine machine;
  const auto binder = machine.Start();
  auto bound = machine.Bind(*binder);
  ASSERT_TRUE(bound);
  machine.kernel.failing_ioctl = {VFIO_DEVICE_RESET, EIO};
  EXPECT_EQ(bound->binding->Restore().error().code, ErrorCode::kIo);
  EXPECT_EQ(machine.kernel.DriverOf(VfioMachine::kDisk), "vfio-pci");
  // ENOTTY: it has none, which is no failure.
  machine.kernel.failing_ioctl = {VFIO_DEVICE_RESET, ENOTTY};
  EXPECT_TRUE(bound->binding->Restore());
  EXPECT_EQ(machine.kernel.DriverOf(VfioMachine::kDisk), "nvme");
}

TEST(VfioBinder, DeviceThatLeft_IsClosedAndRestored) {
  VfioMachine machine;
  const auto binder = machine.Start();
  auto bound = machine.Bind(*binder);
  ASSERT_TRUE(bound);
  machine.kernel.Unplug(VfioMachine::kDisk);
  EXPECT_TRUE(bound->binding->FindHolders()->empty());
  EXPECT_TRUE(bound->binding->Restore());
  EXPECT_TRUE(machine.JournalFiles().empty());
}

TEST(VfioBinder, BindingThatIsDropped_GivesBack) {
  VfioMachine machine;
  const auto before = machine.kernel.State();
  const auto binder = machine.Start();
  { const auto bound = machine.Bind(*binder); }
  EXPECT_EQ(machine.kernel.State(), before);
}

TEST(VfioBinder, EveryIoctlOfABindFailedOnce_LeavesAllAsItWas) {
  for (const bool has_iommufd : {false, true}) {
    for (const unsigned long request :
         {static_cast<unsigned long>(VFIO_GET_API_VERSION),
          static_cast<unsigned long>(VFIO_GROUP_GET_STATUS),
          static_cast<unsigned long>(VFIO_GROUP_SET_CONTAINER),
          static_cast<unsigned long>(VFIO_SET_IOMMU),
          static_cast<unsigned long>(VFIO_GROUP_GET_DEVICE_FD),
          acceld::vfio::kBindIommufd, acceld::vfio::kIoasAlloc,
          acceld::vfio::kAttachIommufdPt}) {
      VfioMachine machine;
      machine.kernel.has_iommufd = has_iommufd;
      const auto before = machine.kernel.State();
      const auto binder = machine.Start();
      machine.kernel.failing_ioctl = {request, EIO};
      const auto bound = machine.Bind(*binder);
      if (bound) continue;  // the other way of opening does not ask it
      EXPECT_EQ(machine.kernel.State(), before) << request;
      EXPECT_TRUE(machine.JournalFiles().empty());
      machine.kernel.failing_ioctl.reset();
      EXPECT_TRUE(machine.Bind(*binder)) << request;
    }
  }
}

}  // namespace
}  // namespace acceld::daemon::vfio
