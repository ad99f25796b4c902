#include "probes/node_memory.h"

#include <gtest/gtest.h>

#include "tests/support/sys_tree.h"
#include "tests/unit/probes/fact_queries.h"

namespace acceld::probes {
namespace {

using acceld::testing::FaultAt;
using acceld::testing::SysTree;
using acceld::testing::TextOf;

const std::string kNode = "sys/devices/system/node/node3/";

class NodeMemoryTest : public ::testing::Test {
 protected:
  FactSet Run() {
    FactSet facts;
    const SysRoot root = tree_.root();
    AddNodeMemory(FactReader(root, facts), 3);
    return facts;
  }

  SysTree tree_;
};

TEST_F(NodeMemoryTest, OlderKernel_SaysNothing) {
  const FactSet facts = Run();
  EXPECT_TRUE(facts.attributes.empty());
  EXPECT_TRUE(facts.faults.empty());
}

TEST_F(NodeMemoryTest, FailedPages_AreDegraded) {
  tree_.AddFile(kNode + "memory_failure/total", "0\n");
  EXPECT_EQ(TextOf(Run(), "memory:3", "health"), "ok");
  tree_.AddFile(kNode + "memory_failure/total", "12\n");
  const FactSet facts = Run();
  EXPECT_EQ(TextOf(facts, "memory:3", "memory_failures"), "12");
  EXPECT_EQ(TextOf(facts, "memory:3", "health"), "degraded");
  EXPECT_EQ(TextOf(facts, "memory:3", "health_reason"),
            "12 pages failed and are not used any more");
}

TEST_F(NodeMemoryTest, PoolsOfHugePages_AreSummed) {
  tree_.AddFile(kNode + "hugepages/hugepages-2048kB/nr_hugepages", "512\n");
  tree_.AddFile(kNode + "hugepages/hugepages-1048576kB/nr_hugepages", "3\n");
  tree_.AddFile(kNode + "hugepages/hugepages-64kB/nr_hugepages", "0\n");
  const FactSet facts = Run();
  EXPECT_EQ(TextOf(facts, "memory:3", "hugepage_pools"), "3 x 1GiB,512 x 2MiB");
  EXPECT_EQ(TextOf(facts, "memory:3", "hugepage_reserved"), "4GiB");
}

TEST_F(NodeMemoryTest, ImpossiblePools_AreFaults) {
  const std::string file =
      kNode + "hugepages/hugepages-9007199254740993kB/nr_hugepages";
  tree_.AddFile(file, "1099511627776\n");
  tree_.AddFile(kNode + "memory_failure/total", "many\n");
  const FactSet facts = Run();
  EXPECT_EQ(FaultAt(facts, "/" + file), ErrorCode::kCorruptInput);
  EXPECT_EQ(FaultAt(facts, "/" + kNode + "memory_failure/total"),
            ErrorCode::kCorruptInput);
  EXPECT_TRUE(facts.attributes.empty());
}

}  // namespace
}  // namespace acceld::probes
