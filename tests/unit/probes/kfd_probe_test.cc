#include "probes/kfd_probe.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "graph/topology.h"
#include "tests/support/fact_text.h"
#include "tests/support/golden.h"
#include "tests/unit/probes/fact_queries.h"
#include "tests/unit/probes/framework_tree.h"
#include "tests/unit/probes/kfd_tree.h"

namespace acceld::probes {
namespace {

using acceld::testing::ExpectGolden;
using acceld::testing::FactText;
using acceld::testing::FaultAt;
using acceld::testing::FindAttribute;
using acceld::testing::FindLink;
using acceld::testing::FindRelation;
using acceld::testing::FrameworkTree;
using acceld::testing::HasEntity;
using acceld::testing::KfdGpuSpec;
using acceld::testing::KfdTree;
using acceld::testing::TextOf;

// The PCI probe's, on configuration spaces that these trees do not have.
constexpr std::size_t kConfigFaults = 1;
constexpr int kPcie = 2;
constexpr int kXgmi = 11;
constexpr std::uint64_t kGib = std::uint64_t{1} << 30;

std::string Kfd(int node) { return "accelerator:kfd-" + std::to_string(node); }

// Eight MI210 (nodes 2 to 9), in two hives of four, on nodes 0 and 1. GPU N is
// 0000:(N0):00.0.
struct TwoHives : FrameworkTree {
  explicit TwoHives(bool has_functions = true) : kfd(tree) {
    for (const int cpu : {0, 1}) kfd.AddCpu(cpu);
    kfd.AddLinks(0, 1, 1, 32, 0);
    for (int i = 2; i < 10; ++i) AddGpu(i, has_functions);
    for (int i = 2; i < 10; ++i) {
      for (int j = 2; j < 10; ++j) {
        if (i == j) continue;
        if (CpuOf(i) == CpuOf(j)) {
          kfd.AddLink(i, j, kXgmi, 15, 50'000);
        } else {
          kfd.AddLink(i, j, kPcie, 72, 0, "p2p_links");
        }
      }
    }
  }

  static int CpuOf(int gpu) { return gpu < 6 ? 0 : 1; }

  void AddGpu(int node, bool has_function) {
    const std::string address = "0000:" + std::to_string(node) + "0:00.0";
    if (has_function) {
      const std::string path = AddFunction(address, 0x1002, 0x740f, "amdgpu");
      pci.AddClassDevice(path, "drm", "renderD" + std::to_string(126 + node),
                         "226:" + std::to_string(126 + node));
    }
    KfdGpuSpec spec;
    spec.node = node;
    spec.location = node << 12;
    spec.render_minor = 126 + node;
    spec.unique_id = 0x1901f0c2d54f2c86 + static_cast<std::uint64_t>(node);
    spec.hive_id =
        CpuOf(node) == 0 ? 12609507387757274807U : 18091350218769748594U;
    kfd.AddGpu(spec);
    kfd.AddBank(node, 1, 0, 64 * kGib);
    kfd.AddLinks(CpuOf(node), node, kPcie, 20, 32'000);
  }

  KfdTree kfd;
};

TEST(KfdProbe, TwoHivesOfFour_AreAsTheGoldenSays) {
  const TwoHives machine;
  ExpectGolden(FactText(machine.Run(), {Kfd(2), "memory:0000:20"}),
               "probes/kfd_mi210.txt");
}

TEST(KfdProbe, TwoHivesOfFour_AreTwoFabricHubs) {
  const auto topology = graph::Topology::Build(TwoHives().Run(), 1);
  for (const char* hub :
       {"fabric-hub:fabric-kfd-2", "fabric-hub:fabric-kfd-6"}) {
    const auto id = topology->Find(hub);
    ASSERT_TRUE(id) << hub;
    EXPECT_EQ(topology->LinksOf(*id).size(), 4U);
    for (const std::uint32_t link : topology->LinksOf(*id)) {
      EXPECT_EQ(topology->links()[link].forward.bandwidth.value,
                BytesPerSecond(50'000'000'000));
    }
    EXPECT_NE(topology->vertex(*id).Get("hive_id"), nullptr);
  }
  const auto memory = topology->CostBetween(
      *topology->Find(Kfd(2)), *topology->Find("memory:0000:20:00.0"));
  EXPECT_EQ(memory.bandwidth, BytesPerSecond(1'638'400'000'000));
  EXPECT_EQ(topology->faults().size(), kConfigFaults);
}

TEST(KfdProbe, TopologyAlone_StillGivesGpusHivesMemoryAndLinks) {
  TwoHives machine(false);
  machine.tree.Remove("sys/devices/system/node");
  machine.tree.Remove("sys/class/kfd/kfd/dev");
  const FactSet facts = machine.Run();
  EXPECT_TRUE(facts.faults.empty());
  for (int i = 2; i < 10; ++i) {
    EXPECT_TRUE(HasEntity(facts, Kfd(i), VertexKind::kAccelerator));
    EXPECT_EQ(TextOf(facts, Kfd(i), "memory"), "64GiB");
    EXPECT_EQ(TextOf(facts, Kfd(i), "vendor"), "1002");
  }
  EXPECT_EQ(TextOf(facts, Kfd(2), "hive_id"), "aefdf8293fefa6b7");
  EXPECT_EQ(TextOf(facts, Kfd(9), "address"), "0000:90:00.0");
  const LinkFact* cpu = FindLink(facts, "numa:1", Kfd(6));
  ASSERT_NE(cpu, nullptr);
  EXPECT_EQ(cpu->kind, LinkKind::kPcie);
  EXPECT_EQ(cpu->forward.bandwidth->value, BytesPerSecond(32'000'000'000));
  EXPECT_NE(FindLink(facts, "numa:0", "numa:1"), nullptr);
  const auto topology = graph::Topology::Build(facts, 1);
  EXPECT_TRUE(topology->faults().empty());
  EXPECT_TRUE(topology->Find("fabric-hub:fabric-kfd-6"));
}

// Two MI300X in CPX mode, cut to four partitions each: nodes 2 to 5 and 6 to 9.
// Function bits of location_id number the partitions where `old_driver`.
struct Partitions : FrameworkTree {
  explicit Partitions(bool old_driver = false) : kfd(tree) {
    for (const int cpu : {0, 1}) kfd.AddCpu(cpu);
    AddFunction("0000:27:00.0", 0x1002, 0x74a1, "amdgpu");
    AddFunction("0000:a4:00.0", 0x1002, 0x74a1, "amdgpu");
    for (int i = 2; i < 10; ++i) {
      const int partition = (i - 2) % 4;
      KfdGpuSpec spec;
      spec.node = i;
      spec.name = "ip discovery";
      spec.location = (i < 6 ? 0x2700 : 0xa400) |
                      (old_driver ? partition : partition << 28);
      spec.unique_id = i < 6 ? 0x2250ec3b2d8a5f1aU : 0x8d61a2f0937bc4e2U;
      spec.hive_id = 0xd2ca2efa12d5f217U;
      spec.gfx_target_version = 90402;
      kfd.AddGpu(spec);
      kfd.AddBank(i, 1, 0, 48 * kGib, 8192, 1300);
      for (int j = 2; j < i; ++j) {
        const bool same = (i < 6) == (j < 6);
        kfd.AddLinks(i, j, kXgmi, same ? 13 : 41, same ? 819'200 : 0);
      }
    }
  }
  KfdTree kfd;
};

TEST(KfdProbe, PartitionsOfTwoPackages_AreAsTheGoldenSays) {
  ExpectGolden(FactText(Partitions().Run(),
                        {Kfd(6), "memory:0000:a4", "memory:0000:27"}),
               "probes/kfd_mi300x_cpx.txt");
}

TEST(KfdProbe, PartitionsOfOnePackage_ShareOneMemoryWithSeveralOwners) {
  for (const bool old_driver : {false, true}) {
    const FactSet facts = Partitions(old_driver).Run();
    const std::string memory = "memory:0000:a4:00.0";
    EXPECT_EQ(TextOf(facts, memory, "capacity"), "192GiB");
    EXPECT_EQ(TextOf(facts, memory, "memory_kind"), "hbm");
    for (int i = 6; i < 10; ++i) {
      EXPECT_NE(
          FindRelation(facts, Kfd(i), memory, RelationKind::kSharesMemory),
          nullptr);
      EXPECT_NE(FindRelation(facts, Kfd(i), "pci:0000:a4:00.0",
                             RelationKind::kAcceleratorOf),
                nullptr);
      EXPECT_EQ(TextOf(facts, Kfd(i), "memory"), "48GiB");
      const LinkFact* link = FindLink(facts, Kfd(i), memory);
      ASSERT_NE(link, nullptr);
      // The whole package's 5.3 TB/s.
      EXPECT_EQ(link->forward.bandwidth->value,
                BytesPerSecond(5'324'800'000'000));
    }
    EXPECT_EQ(FindRelation(facts, Kfd(5), memory, RelationKind::kSharesMemory),
              nullptr);
    EXPECT_EQ(facts.faults.size(), kConfigFaults);
    const auto topology = graph::Topology::Build(facts, 1);
    EXPECT_TRUE(topology->Find("fabric-hub:on-die-kfd-2"));
    EXPECT_TRUE(topology->Find("fabric-hub:on-die-kfd-6"));
    EXPECT_TRUE(topology->Find("fabric-hub:fabric-kfd-2"));
    const auto near =
        topology->CostBetween(*topology->Find(Kfd(6)), *topology->Find(Kfd(9)));
    EXPECT_EQ(near.bandwidth, BytesPerSecond(819'200'000'000));
  }
}

TEST(KfdProbe, XgmiToTheCpus_IsALinkToTheNode) {
  TwoHives machine;
  machine.kfd.AddLinks(1, 6, kXgmi, 15, 36'000);
  const FactSet facts = machine.Run();
  const LinkFact* link = FindLink(facts, "numa:1", Kfd(6));
  ASSERT_NE(link, nullptr);
  EXPECT_EQ(link->kind, LinkKind::kFabric);
  // PCIe is PCI's own to tell.
  EXPECT_EQ(FindLink(facts, "numa:0", Kfd(2)), nullptr);
}

TEST(KfdProbe, NarrowMemory_IsDeviceMemoryOfUnknownBandwidth) {
  TwoHives machine;
  machine.kfd.AddBank(3, 1, 0, 15 * kGib, 256, 1000);
  machine.kfd.AddBank(3, 2, 1, kGib, 256, 1000);
  const FactSet facts = machine.Run();
  const std::string memory = "memory:0000:30:00.0";
  EXPECT_EQ(TextOf(facts, memory, "memory_kind"), "device");
  EXPECT_EQ(TextOf(facts, memory, "capacity"), "16GiB");
  EXPECT_EQ(FindAttribute(facts, memory, "capacity")->from.evidence,
            Evidence::kComputed);
  EXPECT_FALSE(FindLink(facts, Kfd(3), memory)->forward.bandwidth);
}

TEST(KfdProbe, GpuWithoutMemoryOfItsOwn_HasNone) {
  TwoHives machine;
  machine.kfd.AddBank(3, 0, 0, 16 * kGib, 128, 3200);
  const FactSet facts = machine.Run();
  EXPECT_EQ(FindAttribute(facts, Kfd(3), "memory"), nullptr);
  EXPECT_FALSE(
      HasEntity(facts, "memory:0000:30:00.0", VertexKind::kMemoryTarget));
}

// What the device cgroup hides answers EPERM. A directory in the file's place
// is as unreadable to any user.
TEST(KfdProbe, NodeThatCannotBeRead_IsAFaultAndTheRestStands) {
  TwoHives machine;
  const std::string hidden = KfdTree::PathOf(4) + "/properties";
  machine.tree.Remove(hidden);
  machine.tree.AddDirectory(hidden);
  const FactSet facts = machine.Run();
  EXPECT_EQ(FaultAt(facts, "/" + hidden), ErrorCode::kIo);
  EXPECT_EQ(facts.faults.size(), kConfigFaults + 1);
  EXPECT_FALSE(HasEntity(facts, Kfd(4), VertexKind::kAccelerator));
  EXPECT_TRUE(HasEntity(facts, Kfd(3), VertexKind::kAccelerator));
  EXPECT_EQ(FindLink(facts, Kfd(3), Kfd(4)), nullptr);
  // The three that are left are still all to all.
  const auto topology = graph::Topology::Build(facts, 1);
  EXPECT_TRUE(topology->Find("fabric-hub:fabric-kfd-2"));
  EXPECT_EQ(topology->faults().size(), kConfigFaults + 1);
}

TEST(KfdProbe, LinesThatLie_AreFaults_AndTheOthersStand) {
  TwoHives machine;
  const std::string path = KfdTree::PathOf(3) + "/io_links/1/properties";
  machine.tree.AddFile(path,
                       "type 11\nnode_to 2\nweight banana\nmax_bandwidth -5\n"
                       "min_latency 99999999999999999999999\n\nnonsense\n");
  machine.tree.AddFile(KfdTree::PathOf(3) + "/mem_banks/0/properties",
                       "heap_type 1\nsize_in_bytes 18446744073709551615\n"
                       "width 4294967295\nmem_clk_max 4294967295\n");
  machine.tree.AddFile(KfdTree::PathOf(3) + "/io_links/0x1/properties", "");
  machine.tree.AddFile("sys/class/kfd/kfd/topology/nodes/../x", "");
  const FactSet facts = machine.Run();
  EXPECT_EQ(FaultAt(facts, "/" + path), ErrorCode::kCorruptInput);
  ASSERT_NE(FindLink(facts, Kfd(3), Kfd(2)), nullptr);
  EXPECT_FALSE(FindLink(facts, Kfd(3), Kfd(2))->forward.bandwidth);
  EXPECT_FALSE(
      FindLink(facts, Kfd(3), "memory:0000:30:00.0")->forward.bandwidth);
}

TEST(KfdProbe, AddressOfTooManyBits_IsAFaultAndNotAnotherFunction) {
  for (const char* property : {"domain", "location_id"}) {
    TwoHives machine;
    const std::string path = KfdTree::PathOf(3) + "/properties";
    machine.tree.AddFile(path, std::string(property) +
                                   " 4294979584\nsimd_count 416\n"
                                   "location_id 12288\n");
    const FactSet facts = machine.Run();
    EXPECT_EQ(FaultAt(facts, "/" + path), ErrorCode::kCorruptInput) << property;
    EXPECT_FALSE(HasEntity(facts, Kfd(3), VertexKind::kAccelerator));
    EXPECT_TRUE(HasEntity(facts, Kfd(2), VertexKind::kAccelerator));
  }
}

TEST(KfdProbe, LinksToItselfAndToNobody_AreNone) {
  TwoHives machine;
  machine.kfd.AddLink(2, 2, kXgmi, 15, 50'000);
  machine.kfd.AddLink(2, 77, kXgmi, 15, 50'000);
  const FactSet facts = machine.Run();
  EXPECT_EQ(facts.faults.size(), kConfigFaults);
  EXPECT_EQ(FindLink(facts, Kfd(2), Kfd(2)), nullptr);
}

TEST(KfdProbe, FunctionThatPciDoesNotHave_IsAFault) {
  TwoHives machine;
  KfdGpuSpec spec;
  spec.node = 10;
  spec.location = 0x4200;
  machine.kfd.AddGpu(spec);
  const FactSet facts = machine.Run();
  EXPECT_EQ(FaultAt(facts, "/" + KfdTree::PathOf(10) + "/properties"),
            ErrorCode::kNotFound);
  EXPECT_TRUE(HasEntity(facts, Kfd(10), VertexKind::kAccelerator));
}

TEST(KfdProbe, CpuNodesThatAreNotTheNumaNodes_AreAFault) {
  TwoHives machine;
  machine.kfd.AddCpu(11);
  const FactSet facts = machine.Run();
  EXPECT_EQ(FaultAt(facts, "/sys/class/kfd/kfd/topology/nodes"),
            ErrorCode::kCorruptInput);
  EXPECT_NE(FindLink(facts, Kfd(2), Kfd(3)), nullptr);
}

}  // namespace
}  // namespace acceld::probes
