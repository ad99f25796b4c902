// Whole machines as the kernel exports them: shapes that the PCI probe must
// get right.
#include "probes/pci_probe.h"

#include <gtest/gtest.h>

#include "tests/support/pci_sys_tree.h"
#include "tests/support/sys_tree.h"
#include "tests/unit/probes/fact_queries.h"

namespace acceld::probes {
namespace {

using acceld::testing::ConfigBytes;
using acceld::testing::FindAttribute;
using acceld::testing::FindLink;
using acceld::testing::FindRelation;
using acceld::testing::HasEntity;
using acceld::testing::PciSpec;
using acceld::testing::PciSysTree;
using acceld::testing::SysTree;
using acceld::testing::TextIn;
using acceld::testing::TextOf;

constexpr std::uint16_t kAcs = 0x0d, kAts = 0x0f, kPasid = 0x1b;

class PciProbeTest : public ::testing::Test {
 protected:
  PciProbeTest() : pci_(tree_) {
    tree_.AddNumaNode({0, "0-3", 1000, "10 21", false});
    tree_.AddNumaNode({1, "4-7", 1000, "21 10", false});
  }

  FactSet Run() {
    FactSet facts;
    RunPciProbe(tree_.root(), facts);
    return facts;
  }

  static std::string Port(int type, int device, std::uint16_t acs_enabled) {
    ConfigBytes bytes(0x1234, static_cast<std::uint16_t>(device), true);
    return bytes.Express(type)
        .Extended(kAcs, 0x100, {0x005f, acs_enabled})
        .Bytes();
  }

  static std::string Endpoint(int device) {
    return ConfigBytes(0x1234, static_cast<std::uint16_t>(device), false)
        .Express(0)
        .Extended(0x01, 0x100, {})
        .Bytes();
  }

  PciSpec Spec(const std::string& address, const std::string& below, int device,
               int class_code) {
    PciSpec spec;
    spec.address = address;
    spec.below = below;
    spec.vendor = 0x1234;
    spec.device = device;
    spec.class_code = class_code;
    spec.numa_node = 1;
    return spec;
  }

  void SetLink(PciSpec& spec, const std::string& speed,
               const std::string& width, const std::string& max_speed,
               const std::string& max_width) {
    spec.speed = speed;
    spec.width = width;
    spec.max_speed = max_speed;
    spec.max_width = max_width;
  }

  // Root port 3a:00.0 - switch 3b:00.0 - ports 3c:01.0 and 3c:02.0 - endpoints
  // 3d:00.0 (whole link) and 3e:00.0 (x4 of x16).
  void AddSwitch(bool with_config) {
    struct Row {
      const char* address;
      const char* below;
      int device;
      int port_type;  // PCI_EXP_TYPE_*
      int acs;
      const char* width;
    };
    const Row rows[] = {
        {"0000:3a:00.0", "pci0000:3a", 0xa0, 4, 0x1d, "16"},
        {"0000:3b:00.0", "0000:3a:00.0", 0xb0, 5, 0x00, "16"},
        {"0000:3c:01.0", "0000:3b:00.0", 0xc1, 6, 0x00, "16"},
        {"0000:3c:02.0", "0000:3b:00.0", 0xc2, 6, 0x1d, "4"},
        {"0000:3d:00.0", "0000:3c:01.0", 0xd0, 0, 0, "16"},
        {"0000:3e:00.0", "0000:3c:02.0", 0xe0, 0, 0, "4"},
    };
    for (const Row& row : rows) {
      const bool is_port = row.port_type != 0;
      PciSpec spec = Spec(row.address, row.below, row.device,
                          is_port ? 0x060400 : 0x120000);
      SetLink(spec, "16.0 GT/s PCIe", row.width, "16.0 GT/s PCIe", "16");
      if (with_config) {
        spec.config = is_port ? Port(row.port_type, row.device,
                                     static_cast<std::uint16_t>(row.acs))
                              : Endpoint(row.device);
      }
      pci_.Add(spec);
    }
  }

  SysTree tree_;
  PciSysTree pci_;
};

TEST_F(PciProbeTest, SwitchTree_HasPortsByConfigAndLinksBetweenThem) {
  AddSwitch(true);
  const FactSet facts = Run();
  EXPECT_TRUE(HasEntity(facts, "host-bridge:0000:3a", VertexKind::kHostBridge));
  EXPECT_TRUE(
      HasEntity(facts, "root-port:0000:3a:00.0", VertexKind::kRootPort));
  EXPECT_TRUE(
      HasEntity(facts, "switch-port:0000:3b:00.0", VertexKind::kSwitchPort));
  EXPECT_TRUE(
      HasEntity(facts, "switch-port:0000:3c:02.0", VertexKind::kSwitchPort));
  EXPECT_TRUE(HasEntity(facts, "pci:0000:3e:00.0", VertexKind::kPciFunction));
  EXPECT_EQ(TextOf(facts, "switch-port:0000:3b:00.0", "port_type"),
            "upstream-port");
  EXPECT_EQ(TextOf(facts, "switch-port:0000:3c:01.0", "port_type"),
            "downstream-port");
  EXPECT_EQ(FindAttribute(facts, "root-port:0000:3a:00.0", "port_type")
                ->from.evidence,
            Evidence::kFirmware);
  EXPECT_EQ(facts.entities.size(), 7U);
  EXPECT_EQ(facts.links.size(), 7U);
  EXPECT_TRUE(facts.faults.empty());

  const LinkFact* inside =
      FindLink(facts, "switch-port:0000:3b:00.0", "switch-port:0000:3c:01.0");
  ASSERT_NE(inside, nullptr);
  EXPECT_EQ(inside->kind, LinkKind::kOnDie);
  const LinkFact* whole =
      FindLink(facts, "switch-port:0000:3c:01.0", "pci:0000:3d:00.0");
  ASSERT_NE(whole, nullptr);
  EXPECT_EQ(whole->kind, LinkKind::kPcie);
  EXPECT_EQ(whole->forward.bandwidth->value, BytesPerSecond(31'507'692'307));
  EXPECT_EQ(whole->backward.bandwidth->value, BytesPerSecond(31'507'692'307));
  EXPECT_EQ(whole->forward.bandwidth->from.evidence, Evidence::kComputed);
}

TEST_F(PciProbeTest, DegradedLink_ShowsCurrentAndMaximum) {
  AddSwitch(true);
  const FactSet facts = Run();
  const LinkFact* link =
      FindLink(facts, "switch-port:0000:3c:02.0", "pci:0000:3e:00.0");
  ASSERT_NE(link, nullptr);
  EXPECT_EQ(TextIn(link->attributes, "speed"), "16GT/s");
  EXPECT_EQ(TextIn(link->attributes, "width"), "x4");
  EXPECT_EQ(TextIn(link->attributes, "max_width"), "x16");
  EXPECT_EQ(TextIn(link->attributes, "port_max_width"), "x16");
  EXPECT_EQ(link->forward.bandwidth->value, BytesPerSecond(7'876'923'076));
}

TEST_F(PciProbeTest, Acs_IsTextPerPort) {
  AddSwitch(true);
  const FactSet facts = Run();
  EXPECT_EQ(TextOf(facts, "root-port:0000:3a:00.0", "acs"),
            "SV TB RR CR UF DT");
  EXPECT_EQ(TextOf(facts, "root-port:0000:3a:00.0", "acs_enabled"),
            "SV RR CR UF");
  EXPECT_EQ(TextOf(facts, "switch-port:0000:3c:01.0", "acs_enabled"), "none");
  EXPECT_EQ(TextOf(facts, "pci:0000:3d:00.0", "acs"), "none");
  EXPECT_EQ(FindAttribute(facts, "pci:0000:3d:00.0", "acs_enabled"), nullptr);
}

TEST_F(PciProbeTest, NoConfigFiles_GiveTheSameTree) {
  AddSwitch(false);
  const FactSet facts = Run();
  EXPECT_EQ(TextOf(facts, "root-port:0000:3a:00.0", "port_type"), "root-port");
  EXPECT_EQ(TextOf(facts, "switch-port:0000:3b:00.0", "port_type"),
            "upstream-port");
  EXPECT_EQ(TextOf(facts, "switch-port:0000:3c:02.0", "port_type"),
            "downstream-port");
  EXPECT_EQ(FindAttribute(facts, "switch-port:0000:3c:02.0", "port_type")
                ->from.evidence,
            Evidence::kAssumed);
  EXPECT_NE(FindLink(facts, "switch-port:0000:3c:02.0", "pci:0000:3e:00.0"),
            nullptr);
  EXPECT_EQ(facts.links.size(), 7U);
  // Never a "no" that was not read.
  EXPECT_EQ(FindAttribute(facts, "pci:0000:3e:00.0", "ats_capable"), nullptr);
  EXPECT_EQ(FindAttribute(facts, "pci:0000:3e:00.0", "acs"), nullptr);
  EXPECT_EQ(TextOf(facts, "pci:0000:3e:00.0", "config_access"), "none");
  ASSERT_EQ(facts.faults.size(), 1U);
  EXPECT_EQ(facts.faults[0].code, ErrorCode::kPermissionDenied);
}

TEST_F(PciProbeTest, Identity_IsInTheFormsOfTheVocabulary) {
  PciSpec spec = Spec("0000:00:02.0", "pci0000:00", 0x0b25, 0x088000);
  spec.driver = "idxd";
  const std::string path = pci_.Add(spec);
  tree_.AddFile(path + "/revision", "0x0a\n");
  tree_.AddFile(path + "/subsystem_vendor", "0x8086\n");
  tree_.AddFile(path + "/subsystem_device", "0x0000\n");
  tree_.AddFile(path + "/power_state", "D3hot\n");
  tree_.AddFile("usr/share/misc/pci.ids", "1234  Maker\n\t0b25  Streamer\n");
  const FactSet facts = Run();
  const std::string key = "pci:0000:00:02.0";
  EXPECT_EQ(TextOf(facts, key, "address"), "0000:00:02.0");
  EXPECT_EQ(TextOf(facts, key, "vendor"), "1234");
  EXPECT_EQ(TextOf(facts, key, "device"), "0b25");
  EXPECT_EQ(TextOf(facts, key, "class"), "088000");
  EXPECT_EQ(TextOf(facts, key, "revision"), "0a");
  EXPECT_EQ(TextOf(facts, key, "subsystem"), "8086:0000");
  EXPECT_EQ(TextOf(facts, key, "driver"), "idxd");
  EXPECT_EQ(TextOf(facts, key, "power_state"), "D3hot");
  EXPECT_EQ(TextOf(facts, key, "numa_node"), "1");
  EXPECT_EQ(TextOf(facts, key, "name"), "Maker Streamer");
  EXPECT_EQ(FindAttribute(facts, key, "vendor")->from.source,
            "/sys/bus/pci/devices/0000:00:02.0/vendor");
}

TEST_F(PciProbeTest, VirtualFunctions_AreTiedAndTakePasidFromThePhysicalOne) {
  AddSwitch(true);
  PciSpec physical = Spec("0000:41:00.0", "0000:3c:01.0", 0x10, 0x020000);
  physical.config = ConfigBytes(0x1234, 0x10, false)
                        .Express(0)
                        .Extended(kPasid, 0x100, {0x1400, 1})
                        .Bytes();
  const std::string path = pci_.Add(physical);
  tree_.AddFile(path + "/sriov_totalvfs", "8\n");
  tree_.AddFile(path + "/sriov_numvfs", "2\n");
  for (int i = 1; i <= 2; ++i) {
    PciSpec vf =
        Spec("0000:41:00." + std::to_string(i), "0000:3c:01.0", 0x11, 0x020000);
    SetLink(vf, "Unknown", "0", "Unknown", "0");
    vf.config = ConfigBytes(0xffff, 0xffff, false)
                    .Express(0)
                    .Extended(kAts, 0x100, {0, 0x8000})
                    .Bytes();
    pci_.Add(vf);
    pci_.LinkVirtual("0000:41:00.0", i - 1, vf.address);
  }
  const FactSet facts = Run();
  EXPECT_EQ(TextOf(facts, "pci:0000:41:00.0", "sriov_total_vfs"), "8");
  EXPECT_EQ(TextOf(facts, "pci:0000:41:00.0", "sriov_num_vfs"), "2");
  for (const char* key : {"pci:0000:41:00.1", "pci:0000:41:00.2"}) {
    EXPECT_NE(
        FindRelation(facts, key, "pci:0000:41:00.0", RelationKind::kVirtualOf),
        nullptr);
    EXPECT_EQ(TextOf(facts, key, "pasid_capability_width"), "20");
    EXPECT_EQ(FindAttribute(facts, key, "pasid_enabled")->from.evidence,
              Evidence::kComputed);
    EXPECT_EQ(TextOf(facts, key, "ats_enabled"), "true");
    EXPECT_EQ(FindAttribute(facts, key, "link_speed"), nullptr);
    // The link is the physical one's: what the port above says.
    const LinkFact* link = FindLink(facts, "switch-port:0000:3c:01.0", key);
    ASSERT_NE(link, nullptr);
    EXPECT_EQ(TextIn(link->attributes, "width"), "x16");
  }
  EXPECT_EQ(TextOf(facts, "pci:0000:41:00.0", "ats_capable"), "false");
  EXPECT_TRUE(facts.faults.empty());
}

TEST_F(PciProbeTest, WideDomainBehindAFunction_HangsOnThatFunction) {
  pci_.Add(Spec("0000:5d:05.5", "pci0000:5d", 0x201d, 0x010400));
  PciSpec inner = Spec("10000:00:02.0", "", 0x2030, 0x060400);
  inner.below = "pci0000:5d/0000:5d:05.5/pci10000:00";
  pci_.Add(inner);
  pci_.Add(Spec("10000:01:00.0", "10000:00:02.0", 0x0a54, 0x010802));
  const FactSet facts = Run();
  EXPECT_TRUE(HasEntity(facts, "pci:0000:5d:05.5", VertexKind::kPciFunction));
  EXPECT_TRUE(
      HasEntity(facts, "host-bridge:10000:00", VertexKind::kHostBridge));
  EXPECT_TRUE(
      HasEntity(facts, "root-port:10000:00:02.0", VertexKind::kRootPort));
  EXPECT_NE(FindLink(facts, "pci:0000:5d:05.5", "host-bridge:10000:00"),
            nullptr);
  EXPECT_NE(FindLink(facts, "root-port:10000:00:02.0", "pci:10000:01:00.0"),
            nullptr);
  EXPECT_NE(FindLink(facts, "numa:1", "host-bridge:0000:5d"), nullptr);
}

TEST_F(PciProbeTest, BridgeThatTheBusDoesNotList_IsStillInTheTree) {
  AddSwitch(false);
  tree_.Remove("sys/bus/pci/devices/0000:3c:02.0");
  const FactSet facts = Run();
  EXPECT_TRUE(
      HasEntity(facts, "switch-port:0000:3c:02.0", VertexKind::kSwitchPort));
  EXPECT_EQ(TextOf(facts, "switch-port:0000:3c:02.0", "device"), "00c2");
  EXPECT_NE(FindLink(facts, "switch-port:0000:3c:02.0", "pci:0000:3e:00.0"),
            nullptr);
}

TEST_F(PciProbeTest, ConventionalBridge_IsABranchOnASharedBus) {
  PciSpec bridge = Spec("0000:00:1e.0", "pci0000:00", 0x244e, 0x060401);
  bridge.config = ConfigBytes(0x1234, 0x244e, true).Bytes(256);
  pci_.Add(bridge);
  PciSpec card = Spec("0000:06:01.0", "0000:00:1e.0", 0x100e, 0x020000);
  card.config = ConfigBytes(0x1234, 0x100e, false).Bytes(256);
  pci_.Add(card);
  const FactSet facts = Run();
  EXPECT_EQ(TextOf(facts, "switch-port:0000:00:1e.0", "port_type"),
            "pci-bridge");
  EXPECT_EQ(TextOf(facts, "pci:0000:06:01.0", "port_type"), "conventional");
  const LinkFact* link =
      FindLink(facts, "switch-port:0000:00:1e.0", "pci:0000:06:01.0");
  ASSERT_NE(link, nullptr);
  EXPECT_EQ(link->forward.bandwidth->from.evidence, Evidence::kAssumed);
  EXPECT_EQ(TextOf(facts, "pci:0000:06:01.0", "ats_capable"), "false");
  EXPECT_TRUE(facts.faults.empty());
}

TEST_F(PciProbeTest, FirmwareWithoutNodes_HostBridgeIsAssumedOnOneNode) {
  PciSpec spec = Spec("0000:00:02.0", "pci0000:00", 1, 0x030000);
  spec.numa_node = -1;
  pci_.Add(spec);
  const FactSet facts = Run();
  EXPECT_NE(FindLink(facts, "numa:0", "host-bridge:0000:00"), nullptr);
  EXPECT_EQ(FindLink(facts, "numa:1", "host-bridge:0000:00"), nullptr);
  EXPECT_EQ(
      FindAttribute(facts, "host-bridge:0000:00", "numa_node")->from.evidence,
      Evidence::kAssumed);
  EXPECT_EQ(FindAttribute(facts, "pci:0000:00:02.0", "numa_node"), nullptr);
}

TEST_F(PciProbeTest, NoPci_IsNoFault) {
  const FactSet facts = Run();
  EXPECT_TRUE(facts.entities.empty());
  EXPECT_TRUE(facts.faults.empty());
}

}  // namespace
}  // namespace acceld::probes
