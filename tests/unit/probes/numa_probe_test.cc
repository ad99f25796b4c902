#include "probes/numa_probe.h"

#include <gtest/gtest.h>

#include "tests/support/sys_tree.h"
#include "tests/unit/probes/acpi_tables.h"
#include "tests/unit/probes/fact_queries.h"

namespace acceld::probes {
namespace {

using namespace acceld::testing;  // NOLINT: the builders and queries of tests

const char* const kNode = "sys/devices/system/node/";

FactSet Probed(const SysTree& tree) {
  FactSet facts;
  RunNumaProbe(tree.root(), facts);
  return facts;
}

std::string Access(const FactSet& facts, int initiator, int target,
                   std::string_view name) {
  const auto* relation =
      FindRelation(facts, "numa:" + std::to_string(initiator),
                   "memory:" + std::to_string(target), RelationKind::kAccess);
  return relation == nullptr ? "" : TextIn(relation->attributes, name);
}

void AddTwoSockets(SysTree& tree) {
  tree.AddNumaNode({0, "0-3", 1024, "10 21", false});
  tree.AddNumaNode({1, "4-7", 2048, "21 10", false});
}

// Two sockets, each with a memory-only node (2 of 0, 3 of 1), and an HMAT
// whose four domains are numbered apart from the nodes.
void AddHbmMachine(SysTree& tree) {
  tree.AddNumaNode({0, "0-3", 1024, "10 21 13 23", false});
  tree.AddNumaNode({1, "4-7", 2048, "21 10 23 13", false});
  tree.AddNumaNode({2, "", 512, "13 23 10 33", false});
  tree.AddNumaNode({3, "", 513, "23 13 33 10", false});
  tree.AddAcpiTable("SRAT",
                    MakeSrat(MakeCpuAffinity(10, 0) + MakeCpuAffinity(20, 4) +
                             MakeMemoryAffinity(10) + MakeMemoryAffinity(20) +
                             MakeMemoryAffinity(12) + MakeMemoryAffinity(22)));
  const std::vector<int> targets = {10, 20, 12, 22};
  tree.AddAcpiTable(
      "HMAT", MakeHmat(MakeLocality({0,
                                     0,
                                     1000,
                                     {10, 20},
                                     targets,
                                     {90, 180, 120, 210, 181, 91, 211, 121}}) +
                       MakeLocality({0,
                                     3,
                                     1024,
                                     {10, 20},
                                     targets,
                                     {200, 80, 400, 81, 82, 202, 83, 404}})));
}

TEST(NumaProbe, TwoSockets_Probed_AreNodesAndMemories) {
  SysTree tree;
  AddTwoSockets(tree);
  const FactSet facts = Probed(tree);
  EXPECT_TRUE(HasEntity(facts, "numa:1", VertexKind::kNumaNode));
  EXPECT_TRUE(HasEntity(facts, "memory:1", VertexKind::kMemoryTarget));
  EXPECT_EQ(TextOf(facts, "numa:1", attr::kCpus), "4-7");
  EXPECT_EQ(TextOf(facts, "numa:1", attr::kOsIndex), "1");
  EXPECT_EQ(TextOf(facts, "memory:1", attr::kCapacity), "2MiB");
  EXPECT_EQ(TextOf(facts, "memory:1", attr::kNumaNode), "1");
  EXPECT_NE(FindRelation(facts, "memory:1", "numa:1", RelationKind::kMemoryOf),
            nullptr);
  EXPECT_TRUE(facts.faults.empty());
}

TEST(NumaProbe, DistancesOnly_Probed_GiveComputedLatencies) {
  SysTree tree;
  AddTwoSockets(tree);
  const FactSet facts = Probed(tree);
  EXPECT_EQ(Access(facts, 0, 0, "read_latency"), "100ns");
  EXPECT_EQ(Access(facts, 0, 1, "read_latency"), "210ns");
  EXPECT_EQ(Access(facts, 0, 1, "read_bandwidth"), "");
  EXPECT_EQ(FindRelation(facts, "numa:0", "memory:1", RelationKind::kAccess)
                ->provenance.evidence,
            Evidence::kComputed);
  const LinkFact* link = FindLink(facts, "numa:0", "numa:1");
  ASSERT_NE(link, nullptr);
  EXPECT_EQ(link->kind, LinkKind::kSocketLink);
  EXPECT_EQ(TextIn(link->attributes, "distance"), "21");
  EXPECT_EQ(link->forward.latency->value, Nanoseconds(110));
}

TEST(NumaProbe, PackagesKnown_Probed_TellDiesFromSockets) {
  SysTree tree;  // two packages of two sub-NUMA clusters
  tree.AddNumaNode({0, "0-1", 1, "10 12 21 21", false});
  tree.AddNumaNode({1, "2-3", 2, "12 10 21 21", false});
  tree.AddNumaNode({2, "4-5", 3, "21 21 10 12", false});
  tree.AddNumaNode({3, "6-7", 4, "21 21 12 10", false});
  FactSet facts;  // as the hwloc probe leaves them
  facts.AddAttribute("package:0", attr::kCpus, std::string("0-3"), {});
  facts.AddAttribute("package:1", attr::kCpus, std::string("4-7"), {});
  RunNumaProbe(tree.root(), facts);
  EXPECT_EQ(FindLink(facts, "numa:0", "numa:1")->kind, LinkKind::kOnDie);
  EXPECT_EQ(FindLink(facts, "numa:2", "numa:3")->kind, LinkKind::kOnDie);
  EXPECT_EQ(FindLink(facts, "numa:1", "numa:2")->kind, LinkKind::kSocketLink);
  EXPECT_NE(FindRelation(facts, "package:1", "numa:3", RelationKind::kContains),
            nullptr);
}

TEST(NumaProbe, Hmat_Probed_GivesTheWholeMatrixByNode) {
  SysTree tree;
  AddHbmMachine(tree);
  const FactSet facts = Probed(tree);
  EXPECT_TRUE(facts.faults.empty());
  EXPECT_EQ(Access(facts, 0, 3, "read_latency"), "210ns");
  EXPECT_EQ(Access(facts, 1, 2, "write_latency"), "211ns");
  EXPECT_EQ(Access(facts, 0, 2, "read_bandwidth"), "400GiB/s");
  EXPECT_EQ(Access(facts, 1, 3, "write_bandwidth"), "404GiB/s");
  EXPECT_EQ(Access(facts, 1, 0, "read_bandwidth"), "82GiB/s");
  const auto* relation =
      FindRelation(facts, "numa:1", "memory:2", RelationKind::kAccess);
  EXPECT_EQ(
      relation->provenance,
      (Provenance{Evidence::kFirmware, "/sys/firmware/acpi/tables/HMAT"}));
}

TEST(NumaProbe, Hmat_Probed_CalibratesLinksSoThatPathsAddUp) {
  SysTree tree;
  AddHbmMachine(tree);
  const FactSet facts = Probed(tree);
  const LinkFact* bus = FindLink(facts, "numa:1", "memory:1");
  const LinkFact* socket = FindLink(facts, "numa:0", "numa:1");
  ASSERT_NE(bus, nullptr);
  ASSERT_NE(socket, nullptr);
  EXPECT_EQ(bus->kind, LinkKind::kMemoryBus);
  EXPECT_EQ(bus->forward.latency->value, Nanoseconds(91));
  EXPECT_EQ(socket->forward.latency->value, Nanoseconds(180 - 91));
  EXPECT_EQ(socket->backward.latency->value, Nanoseconds(181 - 90));
  EXPECT_EQ(ToString(socket->forward.bandwidth->value), "80GiB/s");
  EXPECT_EQ(socket->forward.bandwidth->from.evidence, Evidence::kComputed);
}

TEST(NumaProbe, MemoryOnlyNode_Probed_HangsOnItsBestInitiator) {
  SysTree tree;
  AddHbmMachine(tree);
  const FactSet facts = Probed(tree);
  EXPECT_NE(FindLink(facts, "numa:0", "memory:2"), nullptr);
  EXPECT_EQ(FindLink(facts, "numa:1", "memory:2"), nullptr);
  EXPECT_NE(FindLink(facts, "numa:1", "memory:3"), nullptr);
  EXPECT_NE(FindLink(facts, "numa:0", "numa:2"), nullptr);
  EXPECT_EQ(FindLink(facts, "numa:1", "numa:2"), nullptr);
}

TEST(NumaProbe, MemoryBetweenTwoSockets_Probed_HangsOnBoth) {
  SysTree tree;
  tree.AddNumaNode({0, "0", 1, "10 21 15", false});
  tree.AddNumaNode({1, "1", 2, "21 10 15", false});
  tree.AddNumaNode({2, "", 3, "15 15 10", false});
  const FactSet facts = Probed(tree);
  EXPECT_NE(FindLink(facts, "numa:0", "memory:2"), nullptr);
  EXPECT_NE(FindLink(facts, "numa:1", "memory:2"), nullptr);
  // One link of the node itself: no short cut between the sockets.
  EXPECT_NE(FindLink(facts, "numa:0", "numa:2"), nullptr);
  EXPECT_EQ(FindLink(facts, "numa:1", "numa:2"), nullptr);
}

TEST(NumaProbe, AccessClasses_Probed_PreferTheOneOfCpus) {
  SysTree tree;
  AddTwoSockets(tree);
  tree.AddAccess({1, 0, {1}, 70, 71, 50000, 50001});
  tree.AddAccess({1, 1, {1}, 80, 81, 60000, 0});
  const FactSet facts = Probed(tree);
  EXPECT_EQ(Access(facts, 1, 1, "read_latency"), "80ns");
  EXPECT_EQ(Access(facts, 1, 1, "write_latency"), "81ns");
  EXPECT_EQ(Access(facts, 1, 1, "write_bandwidth"), "");
  const auto* relation =
      FindRelation(facts, "numa:1", "memory:1", RelationKind::kAccess);
  EXPECT_EQ(relation->provenance.source,
            "/sys/devices/system/node/node1/access1/initiators/read_latency");
  // The remote pair is scaled from what is known of the same memory.
  EXPECT_EQ(Access(facts, 0, 1, "read_latency"), "168ns");
}

TEST(NumaProbe, GenericInitiator_Probed_IsANodeWithItsOwnAccess) {
  SysTree tree;
  tree.AddNumaNode({0, "0-3", 0, "10 12 11", false});
  tree.AddNumaNode({1, "", 0, "12 10 15", true});
  tree.AddNumaNode({2, "", 4096, "11 15 10", false});
  tree.AddAccess({2, 0, {1}, 8, 9, 400, 401});
  tree.AddAccess({2, 1, {0}, 26, 27, 128, 129});
  const FactSet facts = Probed(tree);
  EXPECT_EQ(TextOf(facts, "numa:1", "generic_initiator"), "true");
  EXPECT_FALSE(HasEntity(facts, "memory:0", VertexKind::kMemoryTarget));
  EXPECT_FALSE(HasEntity(facts, "memory:1", VertexKind::kMemoryTarget));
  EXPECT_EQ(Access(facts, 1, 2, "read_latency"), "8ns");
  EXPECT_EQ(Access(facts, 0, 2, "read_latency"), "26ns");
  EXPECT_NE(FindLink(facts, "numa:0", "memory:2"), nullptr);
  EXPECT_NE(FindLink(facts, "numa:1", "memory:2"), nullptr);
  EXPECT_NE(FindLink(facts, "numa:0", "numa:1"), nullptr);
}

TEST(NumaProbe, SideCache_Probed_IsAnEntityOfItsMemory) {
  SysTree tree;
  AddTwoSockets(tree);
  const std::string cache =
      std::string(kNode) + "node1/memory_side_cache/index1/";
  tree.AddFile(cache + "size", "1073741824\n");
  tree.AddFile(cache + "line_size", "64\n");
  tree.AddFile(cache + "indexing", "0\n");
  tree.AddFile(cache + "write_policy", "1\n");
  const FactSet facts = Probed(tree);
  const std::string key = "memory-side-cache:1.1";
  EXPECT_TRUE(HasEntity(facts, key, VertexKind::kMemorySideCache));
  EXPECT_NE(FindRelation(facts, "memory:1", key, RelationKind::kCachedBy),
            nullptr);
  EXPECT_EQ(TextOf(facts, key, attr::kCapacity), "1GiB");
  EXPECT_EQ(TextOf(facts, key, "indexing"), "direct-mapped");
  EXPECT_EQ(TextOf(facts, key, "write_policy"), "write-through");
}

TEST(NumaProbe, SideCacheInHmatOnly_Probed_IsAnEntityToo) {
  SysTree tree;
  AddTwoSockets(tree);
  tree.AddAcpiTable("SRAT",
                    MakeSrat(MakeCpuAffinity(0, 0) + MakeCpuAffinity(1, 4)));
  tree.AddAcpiTable("HMAT", MakeHmat(MakeSideCache(1, 4096, 0x00401111)));
  const FactSet facts = Probed(tree);
  EXPECT_EQ(TextOf(facts, "memory-side-cache:1.1", attr::kCapacity), "4KiB");
  EXPECT_EQ(TextOf(facts, "memory-side-cache:1.1", "line_size"), "64B");
  EXPECT_EQ(TextOf(facts, "memory-side-cache:1.1", "write_policy"),
            "write-back");
}

TEST(NumaProbe, KernelWithoutNuma_Probed_IsOneNode) {
  SysTree tree;
  tree.SetOnlineCpus("0-1");
  tree.AddFile("proc/meminfo", "MemTotal:        1024 kB\nMemFree: 1 kB\n");
  const FactSet facts = Probed(tree);
  EXPECT_EQ(TextOf(facts, "numa:0", attr::kCpus), "0-1");
  EXPECT_EQ(TextOf(facts, "memory:0", attr::kCapacity), "1MiB");
  EXPECT_NE(FindLink(facts, "numa:0", "memory:0"), nullptr);
}

TEST(NumaProbe, EmptyRoot_Probed_AddsNothing) {
  const SysTree tree;
  const FactSet facts = Probed(tree);
  EXPECT_TRUE(facts.entities.empty());
  EXPECT_TRUE(facts.links.empty());
}

}  // namespace
}  // namespace acceld::probes
