// Trees that lie: each lie is a fault, and the rest of the machine stands.
#include <gtest/gtest.h>

#include "probes/accel_probe.h"
#include "probes/drm_probe.h"
#include "probes/io_device_probe.h"
#include "probes/iommu_probe.h"
#include "probes/pci_probe.h"
#include "probes/uacce_probe.h"
#include "tests/support/pci_sys_tree.h"
#include "tests/support/sys_tree.h"
#include "tests/unit/probes/fact_queries.h"

namespace acceld::probes {
namespace {

using acceld::testing::ConfigBytes;
using acceld::testing::FaultAt;
using acceld::testing::FindAttribute;
using acceld::testing::FindLink;
using acceld::testing::HasEntity;
using acceld::testing::PciSpec;
using acceld::testing::PciSysTree;
using acceld::testing::SysTree;
using acceld::testing::TextOf;

class HostilePciTree : public ::testing::Test {
 protected:
  static constexpr const char* kKey = "pci:0000:01:00.0";
  static constexpr const char* kBus = "/sys/bus/pci/devices/0000:01:00.0";

  // A root port and a healthy function below; `path_` is the latter's.
  HostilePciTree() : pci_(tree_) {
    PciSpec port;
    port.address = "0000:00:01.0";
    port.below = "pci0000:00";
    port.vendor = 0xaaaa;
    port.device = 1;
    port.class_code = 0x060400;
    pci_.Add(port);
    PciSpec function;
    function.address = "0000:01:00.0";
    function.below = port.address;
    function.vendor = 0xbbbb;
    function.device = 2;
    function.class_code = 0x120000;
    function.speed = "8.0 GT/s PCIe";
    function.width = "8";
    path_ = pci_.Add(function);
  }

  FactSet Run() {
    FactSet facts;
    const SysRoot root = tree_.root();
    RunPciProbe(root, facts);
    RunIommuProbe(root, facts);
    RunIoDeviceProbe(root, facts);
    RunDrmProbe(root, facts);
    RunAccelProbe(root, facts);
    RunUacceProbe(root, facts);
    for (const EntityFact& entity : facts.entities) {
      EXPECT_TRUE(IsKey(entity.key)) << entity.key;
    }
    return facts;
  }

  // The function is there, with its link and what was not lied about.
  static void ExpectFunctionStands(const FactSet& facts) {
    EXPECT_TRUE(HasEntity(facts, kKey, VertexKind::kPciFunction));
    EXPECT_NE(FindLink(facts, "root-port:0000:00:01.0", kKey), nullptr);
    EXPECT_EQ(TextOf(facts, kKey, "device"), "0002");
  }

  SysTree tree_;
  PciSysTree pci_;
  std::string path_;
};

TEST_F(HostilePciTree, GarbageVendor_IsAFault) {
  for (const char* vendor : {"banana", "0x12345", "-1", "", "0x8086 0x1"}) {
    tree_.AddFile(path_ + "/vendor", vendor);
    const FactSet facts = Run();
    EXPECT_EQ(FaultAt(facts, std::string(kBus) + "/vendor"),
              ErrorCode::kCorruptInput)
        << vendor;
    EXPECT_EQ(FindAttribute(facts, kKey, "vendor"), nullptr);
    ExpectFunctionStands(facts);
  }
}

TEST_F(HostilePciTree, AttributeOf10000Characters_IsAFault) {
  tree_.AddFile(path_ + "/power_state", std::string(10000, 'D'));
  const FactSet facts = Run();
  EXPECT_EQ(FaultAt(facts, std::string(kBus) + "/power_state"),
            ErrorCode::kCorruptInput);
  ExpectFunctionStands(facts);
}

TEST_F(HostilePciTree, NumaNodeBanana_IsAFault) {
  tree_.AddFile(path_ + "/numa_node", "banana\n");
  const FactSet facts = Run();
  EXPECT_EQ(FaultAt(facts, std::string(kBus) + "/numa_node"),
            ErrorCode::kCorruptInput);
  EXPECT_EQ(FindAttribute(facts, kKey, "numa_node"), nullptr);
  ExpectFunctionStands(facts);
}

TEST_F(HostilePciTree, UnknownLink_HasNoBandwidth) {
  tree_.AddFile(path_ + "/current_link_speed", "Unknown\n");
  tree_.AddFile(path_ + "/current_link_width", "63\n");
  const FactSet facts = Run();
  const LinkFact* link = FindLink(facts, "root-port:0000:00:01.0", kKey);
  ASSERT_NE(link, nullptr);
  EXPECT_FALSE(link->forward.bandwidth.has_value());
  EXPECT_TRUE(link->attributes.empty());
  EXPECT_EQ(FindAttribute(facts, kKey, "link_width"), nullptr);
}

TEST_F(HostilePciTree, CapabilityChainThatLoops_IsAFault) {
  ConfigBytes bytes(0xbbbb, 2, false);
  bytes.Express(0).Extended(0x0f, 0x100, {0, 0x8000});
  bytes.Word(0x102, 0x1001);  // next: itself
  tree_.AddFile(path_ + "/config", bytes.Bytes());
  const FactSet facts = Run();
  EXPECT_EQ(FaultAt(facts, std::string(kBus) + "/config"),
            ErrorCode::kCorruptInput);
  EXPECT_EQ(TextOf(facts, kKey, "ats_enabled"), "true");
  EXPECT_EQ(FindAttribute(facts, kKey, "pasid_capable"), nullptr);
  ExpectFunctionStands(facts);
}

TEST_F(HostilePciTree, ConfigOfAFewBytes_IsAFault) {
  tree_.AddFile(path_ + "/config", "short");
  const FactSet facts = Run();
  EXPECT_EQ(FaultAt(facts, std::string(kBus) + "/config"),
            ErrorCode::kCorruptInput);
  ExpectFunctionStands(facts);
}

TEST_F(HostilePciTree, ConfigThatLeadsOutOfTheRoot_IsNotFollowed) {
  tree_.AddLink(path_ + "/config", "/etc/passwd");
  const FactSet facts = Run();
  EXPECT_EQ(TextOf(facts, kKey, "config_access"), "none");
  ExpectFunctionStands(facts);
}

TEST_F(HostilePciTree, PortTypeThatDoesNotFit_IsAFault) {
  tree_.AddFile(path_ + "/config",
                ConfigBytes(0xbbbb, 2, false).Express(4).Bytes());
  const FactSet facts = Run();
  EXPECT_EQ(FaultAt(facts, std::string(kBus) + "/config"),
            ErrorCode::kCorruptInput);
  EXPECT_EQ(TextOf(facts, kKey, "port_type"), "endpoint");
  ExpectFunctionStands(facts);
}

TEST_F(HostilePciTree, NamesThatAreNoAddresses_AreFaults) {
  tree_.AddDirectory("sys/bus/pci/devices/0000:02:00.0 evil");
  tree_.AddDirectory("sys/bus/pci/devices/0000:02:00.0\nevil");
  const FactSet facts = Run();
  EXPECT_EQ(FaultAt(facts, "/sys/bus/pci/devices/0000:02:00.0 evil"),
            ErrorCode::kCorruptInput);
  EXPECT_EQ(FaultAt(facts, "/sys/bus/pci/devices/0000:02:00.0?evil"),
            ErrorCode::kCorruptInput);
  ExpectFunctionStands(facts);
}

TEST_F(HostilePciTree, LinksThatDangleOrLeadToAnother_AreFaults) {
  tree_.AddLink("sys/bus/pci/devices/0000:02:00.0", "../../../nowhere");
  tree_.AddLinkTo("sys/bus/pci/devices/0000:03:00.0", path_);
  const FactSet facts = Run();
  EXPECT_EQ(FaultAt(facts, "/sys/bus/pci/devices/0000:02:00.0"),
            ErrorCode::kNotFound);
  EXPECT_EQ(FaultAt(facts, "/sys/bus/pci/devices/0000:03:00.0"),
            ErrorCode::kCorruptInput);
  EXPECT_FALSE(HasEntity(facts, "pci:0000:03:00.0", VertexKind::kPciFunction));
  ExpectFunctionStands(facts);
}

TEST_F(HostilePciTree, IommuGroupThatDangles_KeepsItsNumber) {
  pci_.AddGroup(4, "DMA");
  tree_.AddLink(path_ + "/iommu_group", "../../../../kernel/iommu_groups/9");
  const FactSet facts = Run();
  EXPECT_EQ(FaultAt(facts, std::string(kBus) + "/iommu_group"),
            ErrorCode::kNotFound);
  EXPECT_EQ(TextOf(facts, kKey, "iommu_group"), "9");
  EXPECT_EQ(FindAttribute(facts, kKey, "iommu_domain_type"), nullptr);
}

TEST_F(HostilePciTree, IommuGroupThatIsNoNumber_IsAFault) {
  tree_.AddLink(path_ + "/iommu_group", "../../banana");
  const FactSet facts = Run();
  EXPECT_EQ(FaultAt(facts, std::string(kBus) + "/iommu_group"),
            ErrorCode::kCorruptInput);
  EXPECT_EQ(FindAttribute(facts, kKey, "iommu_group"), nullptr);
}

TEST_F(HostilePciTree, PhysicalFunctionThatIsNotThere_IsAFault) {
  tree_.AddLink(path_ + "/physfn", "../0000:09:00.0");
  const FactSet facts = Run();
  EXPECT_EQ(FaultAt(facts, std::string(kBus) + "/physfn"),
            ErrorCode::kNotFound);
  EXPECT_TRUE(facts.relations.empty());
  ExpectFunctionStands(facts);
}

TEST_F(HostilePciTree, ClassDevicesThatDangleOrAreMisnamed_AreFaults) {
  tree_.AddLink("sys/class/drm/renderD128", "../../devices/nowhere");
  tree_.AddLink("sys/class/accel/accel0", "../../devices/nowhere");
  pci_.AddClassDevice(path_, "uacce", "hisi zip-0", "");
  pci_.AddClassDevice(path_, "net", "eth\n0", "");
  const FactSet facts = Run();
  EXPECT_EQ(FaultAt(facts, "/sys/class/drm/renderD128"), ErrorCode::kNotFound);
  EXPECT_EQ(FaultAt(facts, "/sys/class/accel/accel0"), ErrorCode::kNotFound);
  EXPECT_EQ(FaultAt(facts, "/sys/class/uacce/hisi zip-0"),
            ErrorCode::kCorruptInput);
  EXPECT_EQ(FaultAt(facts, "/sys/class/net/eth?0"), ErrorCode::kCorruptInput);
  EXPECT_EQ(facts.entities.size(), 3U);
  ExpectFunctionStands(facts);
}

TEST_F(HostilePciTree, UnitRegisterThatIsNoNumber_IsAFault) {
  pci_.AddIommu("dmar0", {"0000:01:00.0"});
  tree_.AddFile("sys/devices/virtual/iommu/dmar0/intel-iommu/ecap", "zz\n");
  const FactSet facts = Run();
  EXPECT_EQ(FaultAt(facts, "/sys/class/iommu/dmar0/intel-iommu/ecap"),
            ErrorCode::kCorruptInput);
  EXPECT_TRUE(HasEntity(facts, "iommu:dmar0", VertexKind::kIommuUnit));
  EXPECT_EQ(FindAttribute(facts, "iommu:dmar0", "pasid_width"), nullptr);
}

}  // namespace
}  // namespace acceld::probes
