#include "probes/hwloc_probe.h"

#include <gtest/gtest.h>

#include "probes/probe.h"
#include "tests/support/sys_tree.h"
#include "tests/unit/probes/fact_queries.h"

namespace acceld::probes {
namespace {

using acceld::testing::FindAttribute;
using acceld::testing::FindRelation;
using acceld::testing::HasEntity;
using acceld::testing::SysTree;
using acceld::testing::TextOf;

// hwloc wants the masks that the kernel also exports.
void AddHwlocCpu(SysTree& tree, int cpu, int package, std::string_view mask,
                 std::string_view siblings) {
  tree.AddCpu(cpu, package, cpu);
  const std::string base =
      "sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/";
  tree.AddFile(base + "topology/thread_siblings", mask);
  tree.AddFile(base + "topology/core_siblings", siblings);
  const std::string cache = base + "cache/index3/";
  tree.AddFile(cache + "level", "3\n");
  tree.AddFile(cache + "type", "Unified\n");
  tree.AddFile(cache + "size", "16384K\n");
  tree.AddFile(cache + "shared_cpu_map", siblings);
}

void AddTwoSockets(SysTree& tree) {
  AddHwlocCpu(tree, 0, 3, "1\n", "3\n");
  AddHwlocCpu(tree, 1, 3, "2\n", "3\n");
  AddHwlocCpu(tree, 2, 5, "4\n", "c\n");
  AddHwlocCpu(tree, 3, 5, "8\n", "c\n");
  tree.SetOnlineCpus("0-3");
  tree.AddNumaNode({0, "0-1", 1000, "10 21", false});
  tree.AddNumaNode({1, "2-3", 2000, "21 10", false});
  for (const auto& [node, map] :
       {std::pair{"node0", "3\n"}, {"node1", "c\n"}}) {
    tree.AddFile("sys/devices/system/node/" + std::string(node) + "/cpumap",
                 map);
  }
}

FactSet Probed(const SysTree& tree) {
  const SysRoot root = tree.root();
  PrepareHwloc(root);
  FactSet facts;
  RunHwlocProbe(root, facts);
  return facts;
}

TEST(HwlocProbe, TwoSockets_Probed_ArePackagesUnderTheirOsIds) {
  SysTree tree;
  AddTwoSockets(tree);
  const FactSet facts = Probed(tree);
  EXPECT_TRUE(HasEntity(facts, "package:3", VertexKind::kPackage));
  EXPECT_TRUE(HasEntity(facts, "package:5", VertexKind::kPackage));
  EXPECT_EQ(TextOf(facts, "package:3", attr::kCpus), "0-1");
  EXPECT_EQ(TextOf(facts, "package:5", attr::kCpus), "2-3");
  EXPECT_EQ(TextOf(facts, "package:5", "cores"), "2");
  EXPECT_EQ(TextOf(facts, "package:5", "caches"), "L3 16MiB x1");
  EXPECT_EQ(FindAttribute(facts, "package:3", attr::kCpus)->from.evidence,
            Evidence::kFirmware);
}

TEST(HwlocProbe, TwoSockets_Probed_ContainTheirNumaNodes) {
  SysTree tree;
  AddTwoSockets(tree);
  const FactSet facts = Probed(tree);
  EXPECT_NE(FindRelation(facts, "package:3", "numa:0", RelationKind::kContains),
            nullptr);
  EXPECT_NE(FindRelation(facts, "package:5", "numa:1", RelationKind::kContains),
            nullptr);
  EXPECT_EQ(FindRelation(facts, "package:3", "numa:1", RelationKind::kContains),
            nullptr);
}

TEST(HwlocProbe, TwoSockets_Probed_NumberTheirCoresThrough) {
  SysTree tree;
  AddTwoSockets(tree);
  const FactSet facts = Probed(tree);
  EXPECT_EQ(TextOf(facts, "numa:0", "logical_cores"), "0-1");
  EXPECT_EQ(TextOf(facts, "numa:1", "logical_cores"), "2-3");
  EXPECT_EQ(FindAttribute(facts, "numa:1", "logical_cores")->from.evidence,
            Evidence::kComputed);
}

// Threads are numbered by the OS as it likes: here both of a core are far
// apart.
TEST(HwlocProbe, TwoThreadsACore_Probed_AreOneCoreEach) {
  SysTree tree;
  for (const int cpu : {0, 1, 2, 3}) {
    AddHwlocCpu(tree, cpu, 0, cpu % 2 == 0 ? "5\n" : "a\n", "f\n");
    tree.AddFile("sys/devices/system/cpu/cpu" + std::to_string(cpu) +
                     "/topology/core_id",
                 std::to_string(cpu % 2) + "\n");
  }
  tree.SetOnlineCpus("0-3");
  tree.AddNumaNode({0, "0-3", 1000, "10", false});
  tree.AddFile("sys/devices/system/node/node0/cpumap", "f\n");
  EXPECT_EQ(TextOf(Probed(tree), "numa:0", "logical_cores"), "0-1");
}

TEST(HwlocProbe, RootsInTurn_Probed_AreEachTheirOwn) {
  SysTree two;
  AddTwoSockets(two);
  SysTree one;
  AddHwlocCpu(one, 0, 7, "1\n", "1\n");
  one.SetOnlineCpus("0");
  EXPECT_TRUE(HasEntity(Probed(two), "package:3", VertexKind::kPackage));
  const FactSet facts = Probed(one);
  EXPECT_TRUE(HasEntity(facts, "package:7", VertexKind::kPackage));
  EXPECT_FALSE(HasEntity(facts, "package:3", VertexKind::kPackage));
}

TEST(HwlocProbe, HwlocLooksElsewhere_Probed_IsAFaultAndNoFacts) {
  SysTree prepared;
  SysTree other;
  AddTwoSockets(other);
  PrepareHwloc(prepared.root());
  FactSet facts;
  RunHwlocProbe(other.root(), facts);
  EXPECT_TRUE(facts.entities.empty());
  ASSERT_EQ(facts.faults.size(), 1U);
  EXPECT_EQ(facts.faults[0].code, ErrorCode::kUnsupported);
}

TEST(HwlocProbe, EmptyRoot_Probed_IsAFaultAndNoInventedMachine) {
  const SysTree tree;
  const FactSet facts = Probed(tree);
  EXPECT_TRUE(facts.entities.empty());
  ASSERT_EQ(facts.faults.size(), 1U);
  EXPECT_EQ(facts.faults[0].code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace acceld::probes
