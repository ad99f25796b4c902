#include "probes/cxl_probe.h"

#include <gtest/gtest.h>

#include "probes/probe.h"
#include "tests/support/fact_text.h"
#include "tests/support/golden.h"
#include "tests/unit/probes/cxl_tree.h"
#include "tests/unit/probes/fact_queries.h"

namespace acceld::probes {
namespace {

using acceld::testing::CxlTree;
using acceld::testing::ExpectGolden;
using acceld::testing::FactText;
using acceld::testing::FaultAt;
using acceld::testing::FindAttribute;
using acceld::testing::FindLink;
using acceld::testing::FindRelation;
using acceld::testing::HasEntity;
using acceld::testing::TextOf;

const LinkFact* CxlLink(const FactSet& facts, std::string_view from,
                        std::string_view to) {
  for (const LinkFact& link : facts.links) {
    if (link.kind == LinkKind::kCxl && link.from == from && link.to == to) {
      return &link;
    }
  }
  return nullptr;
}

bool Shares(const FactSet& facts, std::string_view function,
            std::string_view memory) {
  return FindRelation(facts, function, memory, RelationKind::kSharesMemory) !=
         nullptr;
}

class CxlProbeTest : public ::testing::Test {
 protected:
  CxlTree machine_;
};

// Only what this probe adds to the facts of the NUMA and PCI probes.
TEST_F(CxlProbeTest, Machine_HasAllItsFacts) {
  machine_.AddInterleavedRegion();
  const SysRoot root = machine_.tree.root();
  FactSet facts;
  for (const Probe& probe : AllProbes()) {
    if (probe.name == "numa" || probe.name == "pci") probe.run(root, facts);
  }
  const FactSet before = facts;
  RunCxlProbe(root, facts);
  const auto drop = [](auto& all, const auto& known) {
    all.erase(all.begin(), all.begin() + std::ssize(known));
  };
  drop(facts.entities, before.entities);
  drop(facts.attributes, before.attributes);
  drop(facts.links, before.links);
  drop(facts.relations, before.relations);
  drop(facts.faults, before.faults);
  ExpectGolden(FactText(facts, {}), "probes/cxl.txt");
}

TEST_F(CxlProbeTest, Links_FollowThePortsToTheMemoryDevices) {
  const FactSet facts = machine_.Run();
  EXPECT_NE(CxlLink(facts, "root-port:0000:80:00.0", "pci:0000:81:00.0"),
            nullptr);
  EXPECT_NE(
      CxlLink(facts, "root-port:0000:80:01.0", "switch-port:0000:82:00.0"),
      nullptr);
  const LinkFact* last =
      CxlLink(facts, "switch-port:0000:83:01.0", "pci:0000:85:00.0");
  ASSERT_NE(last, nullptr);  // 16 GT/s x8, as the PCIe link
  EXPECT_EQ(last->forward.bandwidth->value, BytesPerSecond(15'753'846'153));
  EXPECT_EQ(CxlLink(facts, "root-port:0000:80:01.0", "pci:0000:84:00.0"),
            nullptr);
}

TEST_F(CxlProbeTest, ParentDport_IsBelievedBeforeTheHierarchy) {
  machine_.AddLink("endpoint4", "parent_dport",
                   machine_.pci.PathOf("0000:83:01.0"));
  const FactSet facts = machine_.Run();
  EXPECT_NE(CxlLink(facts, "switch-port:0000:83:01.0", "pci:0000:84:00.0"),
            nullptr);
}

TEST_F(CxlProbeTest, HostBridgeOfOlderKernels_IsFoundByItsAcpiDevice) {
  const std::string acpi = "sys/devices/LNXSYSTM:00/LNXSYBUS:00/ACPI0016:00";
  machine_.tree.AddLinkTo(acpi + "/physical_node", "sys/devices/pci0000:80");
  machine_.tree.Remove(CxlTree::Path("port1") + "/uport");
  machine_.AddLink("port1", "uport", acpi);
  EXPECT_EQ(TextOf(machine_.Run(), "host-bridge:0000:80", "cxl_port"), "port1");
}

TEST_F(CxlProbeTest, InterleavedRegionNotOnline_IsAMemoryWithTwoOwners) {
  machine_.AddInterleavedRegion();
  const FactSet facts = machine_.Run();
  EXPECT_TRUE(HasEntity(facts, "memory:region0", VertexKind::kMemoryTarget));
  EXPECT_EQ(TextOf(facts, "memory:region0", "online"), "false");
  EXPECT_EQ(TextOf(facts, "memory:region0", "memory_kind"), "cxl");
  EXPECT_EQ(TextOf(facts, "memory:region0", "capacity"), "1GiB");
  EXPECT_EQ(TextOf(facts, "memory:region0", "interleave_ways"), "2");
  EXPECT_EQ(TextOf(facts, "memory:region0", "cxl_read_latency"), "310ns");
  EXPECT_TRUE(Shares(facts, "pci:0000:84:00.0", "memory:region0"));
  EXPECT_TRUE(Shares(facts, "pci:0000:85:00.0", "memory:region0"));
  EXPECT_FALSE(Shares(facts, "pci:0000:81:00.0", "memory:region0"));
}

TEST_F(CxlProbeTest, UnusedCapacity_IsAMemoryOfItsOwn) {
  machine_.AddInterleavedRegion();
  const FactSet facts = machine_.Run();
  EXPECT_EQ(TextOf(facts, "memory:mem0", "capacity"), "1GiB");
  EXPECT_EQ(TextOf(facts, "memory:mem0", "memory_kind"), "cxl");
  // Its volatile half is in the region.
  EXPECT_EQ(TextOf(facts, "memory:mem1", "capacity"), "256MiB");
  EXPECT_EQ(TextOf(facts, "memory:mem1", "memory_kind"), "pmem");
  EXPECT_FALSE(HasEntity(facts, "memory:mem2", VertexKind::kMemoryTarget));
  EXPECT_TRUE(Shares(facts, "pci:0000:81:00.0", "memory:mem0"));
}

TEST_F(CxlProbeTest, RegionGivenToTheKernel_IsTheMemoryOfItsNode) {
  machine_.AddInterleavedRegion();
  machine_.tree.AddNumaNode({2, "", 1000000, "", false});
  const std::string dax =
      CxlTree::kRoot + "/decoder0.0/region0/dax_region0/dax0.0";
  machine_.tree.AddFile(dax + "/size", "1073741824\n");
  machine_.tree.AddFile(dax + "/resource", "0x200000000\n");
  machine_.tree.AddFile(dax + "/target_node", "2\n");
  machine_.tree.AddLinkTo(dax + "/driver", "sys/bus/dax/drivers/kmem");
  machine_.tree.AddLinkTo("sys/bus/dax/devices/dax0.0", dax);
  const FactSet facts = machine_.Run();
  EXPECT_FALSE(HasEntity(facts, "memory:region0", VertexKind::kMemoryTarget));
  EXPECT_EQ(TextOf(facts, "memory:2", "cxl_region"), "region0");
  EXPECT_EQ(TextOf(facts, "memory:2", "online"), "true");
  EXPECT_EQ(TextOf(facts, "memory:2", "interleave_granularity"), "4KiB");
  EXPECT_TRUE(Shares(facts, "pci:0000:84:00.0", "memory:2"));
  EXPECT_TRUE(Shares(facts, "pci:0000:85:00.0", "memory:2"));
}

TEST_F(CxlProbeTest, RegionThatFirmwareGaveOutAsRam_IsFoundByItsBlocks) {
  machine_.AddInterleavedRegion();
  machine_.tree.AddNumaNode({2, "", 1000000, "", false});
  const std::string memory = "sys/devices/system/memory/";
  machine_.tree.AddFile(memory + "block_size_bytes", "8000000\n");  // 128 MiB
  machine_.tree.AddFile(memory + "memory63/state", "online\n");
  machine_.tree.AddFile(memory + "memory65/state", "online\n");
  machine_.tree.AddLinkTo("sys/devices/system/node/node1/memory63",
                          memory + "memory63");  // just below the region
  machine_.tree.AddLinkTo("sys/devices/system/node/node2/memory65",
                          memory + "memory65");
  const FactSet facts = machine_.Run();
  EXPECT_EQ(TextOf(facts, "memory:2", "cxl_region"), "region0");
  EXPECT_EQ(TextOf(facts, "memory:1", "cxl_region"), "");
  const std::string source = "/sys/bus/cxl/devices/region0";
  bool says_cxl = false;
  for (const AttributeFact& fact : facts.attributes) {
    says_cxl =
        says_cxl ||
        (fact.key == "memory:2" && fact.attribute.name == "memory_kind" &&
         fact.attribute.from == Provenance{Evidence::kFirmware, source});
  }
  EXPECT_TRUE(says_cxl);
  machine_.tree.AddFile(memory + "memory65/state", "offline\n");
  EXPECT_TRUE(
      HasEntity(machine_.Run(), "memory:region0", VertexKind::kMemoryTarget));
}

TEST_F(CxlProbeTest, TwoRegionsOfOneNode_KeepWhatTheyAgreeOn) {
  machine_.AddInterleavedRegion();
  machine_.AddTarget("decoder2.0", "endpoint2", "region1", "ram", "0x40000000",
                     "expander");
  machine_.AddRegion("region1", "ram", {"decoder2.0"});
  machine_.tree.AddNumaNode({2, "", 1000000, "", false});
  const std::string memory = "sys/devices/system/memory/";
  machine_.tree.AddFile(memory + "block_size_bytes", "8000000\n");
  machine_.tree.AddFile(memory + "memory64/state", "online\n");
  machine_.tree.AddLinkTo("sys/devices/system/node/node2/memory64",
                          memory + "memory64");
  const FactSet facts = machine_.Run();
  EXPECT_EQ(TextOf(facts, "memory:2", "cxl_region"), "region0,region1");
  EXPECT_EQ(TextOf(facts, "memory:2", "cxl_mode"), "ram");
  EXPECT_EQ(TextOf(facts, "memory:2", "interleave_ways"), "");
  EXPECT_TRUE(Shares(facts, "pci:0000:81:00.0", "memory:2"));
}

TEST_F(CxlProbeTest, RegionsOfImpossibleSizes_CoverTheirNode) {
  machine_.tree.AddNumaNode({2, "", 1000000, "", false});
  const std::string memory = "sys/devices/system/memory/";
  machine_.tree.AddFile(memory + "block_size_bytes", "8000000\n");
  machine_.tree.AddFile(memory + "memory64/state", "online\n");
  machine_.tree.AddLinkTo("sys/devices/system/node/node2/memory64",
                          memory + "memory64");
  // Two of them are more than 64 bits with a sign hold.
  for (const char* region : {"region1", "region2"}) {
    machine_.AddRegion(region, "ram", {"decoder2.0"});
    machine_.tree.AddFile(CxlTree::Path(region) + "/size",
                          "0x5000000000000000\n");
  }
  const FactSet facts = machine_.Run();
  EXPECT_EQ(TextOf(facts, "memory:2", "cxl_region"), "region1,region2");
  bool says_cxl = false;
  for (const AttributeFact& fact : facts.attributes) {
    says_cxl =
        says_cxl ||
        (fact.key == "memory:2" && fact.attribute.name == "memory_kind" &&
         fact.attribute.from.source == "/sys/bus/cxl/devices/region1");
  }
  EXPECT_TRUE(says_cxl);
}

TEST_F(CxlProbeTest, Serial_IsNoFact) {
  for (const AttributeFact& fact : machine_.Run().attributes) {
    EXPECT_NE(fact.attribute.name, "serial") << fact.key;
  }
}

TEST_F(CxlProbeTest, AcceleratorsDecoder_MakesItsMemoryADevices) {
  machine_.AddTarget("decoder2.0", "endpoint2", "region1", "ram", "0x40000000",
                     "accelerator");
  machine_.AddRegion("region1", "ram", {"decoder2.0"});
  const FactSet facts = machine_.Run();
  EXPECT_EQ(TextOf(facts, "pci:0000:81:00.0", "cxl_type"), "2");
  EXPECT_EQ(TextOf(facts, "memory:region1", "memory_kind"), "device");
}

TEST_F(CxlProbeTest, RegionNotYetOfASize_IsNothing) {
  machine_.AddRegion("region1", "ram", {});
  machine_.tree.AddFile(CxlTree::Path("region1") + "/size", "0\n");
  machine_.tree.AddFile(CxlTree::Path("region1") + "/resource",
                        "0xffffffffffffffff\n");
  const FactSet facts = machine_.Run();
  EXPECT_FALSE(HasEntity(facts, "memory:region1", VertexKind::kMemoryTarget));
  EXPECT_FALSE(
      FaultAt(facts, "/sys/bus/cxl/devices/region1/resource").has_value());
}

TEST_F(CxlProbeTest, LyingFiles_AreFaultsAndTheRestStands) {
  machine_.AddInterleavedRegion();
  machine_.tree.AddFile(CxlTree::Path("region0") + "/target1", "decoder9.9\n");
  machine_.tree.AddFile(CxlTree::Path("region0") + "/access1/read_latency",
                        "soon\n");
  machine_.tree.AddFile(CxlTree::Path("mem0") + "/ram/size", "-1\n");
  machine_.tree.Remove(CxlTree::Path("port3") + "/uport");
  machine_.AddLink("port3", "uport", "sys/devices/pci0000:80/nowhere");
  machine_.tree.AddLink(CxlTree::Path("mem7"), "../mem7");
  const FactSet facts = machine_.Run();
  const std::string bus = "/sys/bus/cxl/devices/";
  EXPECT_EQ(FaultAt(facts, bus + "region0"), ErrorCode::kNotFound);
  EXPECT_EQ(FaultAt(facts, bus + "region0/access1/read_latency"),
            ErrorCode::kCorruptInput);
  EXPECT_EQ(FaultAt(facts, bus + "mem0/ram/size"), ErrorCode::kCorruptInput);
  EXPECT_TRUE(FaultAt(facts, bus + "port3/uport").has_value());
  EXPECT_TRUE(FaultAt(facts, bus + "mem7").has_value());
  EXPECT_TRUE(Shares(facts, "pci:0000:84:00.0", "memory:region0"));
  EXPECT_EQ(TextOf(facts, "pci:0000:85:00.0", "cxl_memdev"), "mem2");
}

TEST(CxlProbe, MachineWithoutCxl_HasNoFacts) {
  const acceld::testing::SysTree tree;
  FactSet facts;
  RunCxlProbe(tree.root(), facts);
  EXPECT_TRUE(facts.attributes.empty());
  EXPECT_TRUE(facts.faults.empty());
}

}  // namespace
}  // namespace acceld::probes
