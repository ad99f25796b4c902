// Lying files: each costs its own fact and a fault, and the rest stands.
#include <gtest/gtest.h>

#include "probes/numa_probe.h"
#include "tests/support/sys_tree.h"
#include "tests/unit/probes/acpi_tables.h"
#include "tests/unit/probes/fact_queries.h"

namespace acceld::probes {
namespace {

using namespace acceld::testing;  // NOLINT: the builders and queries of tests

const char* const kNode1 = "sys/devices/system/node/node1/";

FactSet Probed(const SysTree& tree) {
  FactSet facts;
  RunNumaProbe(tree.root(), facts);
  return facts;
}

void AddTwoSockets(SysTree& tree) {
  tree.AddNumaNode({0, "0-3", 1024, "10 21", false});
  tree.AddNumaNode({1, "4-7", 2048, "21 10", false});
}

// Whether the other socket is there, whole.
bool FirstSocketStands(const FactSet& facts) {
  return TextOf(facts, "numa:0", attr::kCpus) == "0-3" &&
         TextOf(facts, "memory:0", attr::kCapacity) == "1MiB" &&
         HasEntity(facts, "numa:1", VertexKind::kNumaNode);
}

struct Lie {
  const char* file;
  std::string bytes;
};

class NumaFaults : public ::testing::TestWithParam<Lie> {};

TEST_P(NumaFaults, LyingFile_Probed_CostsItsFactOnly) {
  SysTree tree;
  AddTwoSockets(tree);
  tree.AddAccess({1, 1, {1}, 80, 81, 60000, 60001});
  const std::string path = std::string(kNode1) + GetParam().file;
  tree.AddFile(path, GetParam().bytes);
  const FactSet facts = Probed(tree);
  EXPECT_EQ(FaultAt(facts, "/" + path), ErrorCode::kCorruptInput);
  EXPECT_EQ(facts.faults.size(), 1U);
  EXPECT_TRUE(FirstSocketStands(facts));
}

INSTANTIATE_TEST_SUITE_P(
    All, NumaFaults,
    ::testing::Values(
        Lie{"cpulist", "garbage\n"}, Lie{"cpulist", "7-4\n"},
        Lie{"cpulist", "0-99999999999\n"},
        Lie{"cpulist", std::string("4\0-7", 4)},
        Lie{"cpulist", std::string(8192, '1')}, Lie{"cpulist", "\xff\xfe\n"},
        Lie{"meminfo", ""}, Lie{"meminfo", "Node 1 MemTotal: lots kB\n"},
        Lie{"meminfo", "Node 1 MemTotal: -5 kB\n"},
        Lie{"meminfo", "Node 1 MemTotal: 9223372036854775807 kB\n"},
        Lie{"meminfo", "Node 1 MemTotal: 2048\n"},
        Lie{"meminfo", std::string(2 << 20, 'M')}, Lie{"distance", "21\n"},
        Lie{"distance", "21 10 21\n"}, Lie{"distance", "21 9\n"},
        Lie{"distance", "21 256\n"}, Lie{"distance", "21  10\n"},
        Lie{"distance", "near far\n"},
        Lie{"access1/initiators/read_latency", "fast\n"},
        Lie{"access1/initiators/read_latency", "-1\n"},
        Lie{"access1/initiators/read_bandwidth", "9223372036854775807\n"}));

TEST(NumaFaults, DirectoryForAFile_Probed_CostsItsFactOnly) {
  for (const char* file : {"cpulist", "meminfo", "distance"}) {
    SysTree tree;
    AddTwoSockets(tree);
    const std::string path = std::string(kNode1) + file;
    tree.Remove(path);
    tree.AddDirectory(path);
    const FactSet facts = Probed(tree);
    EXPECT_EQ(FaultAt(facts, "/" + path), ErrorCode::kIo) << file;
    EXPECT_TRUE(FirstSocketStands(facts)) << file;
  }
}

TEST(NumaFaults, FileForADirectory_Probed_CostsItsFactOnly) {
  SysTree tree;
  AddTwoSockets(tree);
  const std::string path = std::string(kNode1) + "memory_side_cache";
  tree.AddFile(path, "64\n");
  const FactSet facts = Probed(tree);
  EXPECT_EQ(FaultAt(facts, "/" + path), ErrorCode::kIo);
  EXPECT_TRUE(FirstSocketStands(facts));
}

TEST(NumaFaults, StrangeNodeNames_Probed_AreNoNodes) {
  SysTree tree;
  AddTwoSockets(tree);
  for (const char* name : {"node", "node-1", "node01", "nodex", "node99999"}) {
    tree.AddFile("sys/devices/system/node/" + std::string(name) + "/cpulist",
                 "0\n");
  }
  const FactSet facts = Probed(tree);
  EXPECT_TRUE(FirstSocketStands(facts));
  EXPECT_EQ(facts.entities.size(), 4U);
}

TEST(NumaFaults, UnreachableDistance_Probed_IsNoAccessAndNoLink) {
  SysTree tree;
  tree.AddNumaNode({0, "0-3", 1024, "10 255", false});
  tree.AddNumaNode({1, "4-7", 2048, "255 10", false});
  const FactSet facts = Probed(tree);
  EXPECT_EQ(FindRelation(facts, "numa:0", "memory:1", RelationKind::kAccess),
            nullptr);
  EXPECT_EQ(FindLink(facts, "numa:0", "numa:1"), nullptr);
  EXPECT_TRUE(facts.faults.empty());
}

class HmatFaults : public ::testing::Test {
 protected:
  HmatFaults() {
    AddTwoSockets(tree_);
    tree_.AddAccess({1, 1, {1}, 80, 81, 60000, 60001});
  }

  void SetTables(const std::string& hmat, const std::string& srat) {
    tree_.AddFile("sys/firmware/acpi/tables/HMAT", hmat);
    tree_.AddFile("sys/firmware/acpi/tables/SRAT", srat);
  }

  // The access classes stand in for the table.
  void ExpectFallback(std::string_view where, ErrorCode code) {
    const FactSet facts = Probed(tree_);
    EXPECT_EQ(FaultAt(facts, where), code);
    EXPECT_TRUE(FirstSocketStands(facts));
    const auto* relation =
        FindRelation(facts, "numa:1", "memory:1", RelationKind::kAccess);
    ASSERT_NE(relation, nullptr);
    EXPECT_EQ(TextIn(relation->attributes, "read_latency"), "80ns");
  }

  const std::string hmat_ =
      MakeHmat(MakeLocality({0, 0, 1000, {0, 1}, {0, 1}, {1, 2, 3, 4}}));
  const std::string srat_ =
      MakeSrat(MakeCpuAffinity(0, 0) + MakeCpuAffinity(1, 4));
  SysTree tree_;
};

constexpr const char* kHmatFile = "/sys/firmware/acpi/tables/HMAT";

TEST_F(HmatFaults, Truncated_Probed_FallsBack) {
  SetTables(hmat_.substr(0, hmat_.size() - 3), srat_);
  ExpectFallback(kHmatFile, ErrorCode::kCorruptInput);
}

TEST_F(HmatFaults, Garbage_Probed_FallsBack) {
  SetTables(std::string(5000, '\xa5'), srat_);
  ExpectFallback(kHmatFile, ErrorCode::kCorruptInput);
}

TEST_F(HmatFaults, Huge_Probed_FallsBack) {
  SetTables(std::string(std::size_t{3} << 20, '\0'), srat_);
  ExpectFallback(kHmatFile, ErrorCode::kCorruptInput);
}

TEST_F(HmatFaults, NoSrat_Probed_FallsBack) {
  tree_.AddFile("sys/firmware/acpi/tables/HMAT", hmat_);
  ExpectFallback("/sys/firmware/acpi/tables/SRAT", ErrorCode::kNotFound);
}

TEST_F(HmatFaults, SratContradictsTheNodes_Probed_FallsBack) {
  SetTables(hmat_, MakeSrat(MakeCpuAffinity(0, 0) + MakeMemoryAffinity(1)));
  ExpectFallback(kHmatFile, ErrorCode::kCorruptInput);
}

TEST_F(HmatFaults, SratLacksANode_Probed_FallsBack) {
  SetTables(hmat_, MakeSrat(MakeCpuAffinity(0, 0)));
  ExpectFallback(kHmatFile, ErrorCode::kCorruptInput);
}

}  // namespace
}  // namespace acceld::probes
