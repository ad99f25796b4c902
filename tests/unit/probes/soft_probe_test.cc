#include "probes/soft_probe.h"

#include <gtest/gtest.h>

#include <variant>

#include "api/functions.h"
#include "daemon/soft/functions/names.h"
#include "daemon/soft/functions/table.h"
#include "tests/support/sys_tree.h"
#include "tests/unit/probes/fact_queries.h"

namespace acceld::probes {
namespace {

using acceld::testing::FaultAt;
using acceld::testing::FindAttribute;
using acceld::testing::FindLink;
using acceld::testing::HasEntity;
using acceld::testing::SysTree;
using acceld::testing::TextOf;

FactSet Described(const SysTree& tree) {
  FactSet facts;
  AddSoftAccelerators(tree.root(), facts);
  return facts;
}

TEST(SoftProbe, RecordedRoot_AddsNothing) {
  SysTree tree;
  tree.AddNumaNode({0, "0-1", 1000, "10", false});
  FactSet facts;
  RunSoftProbe(tree.root(), facts);
  EXPECT_TRUE(facts.entities.empty());
  EXPECT_TRUE(facts.faults.empty());
}

TEST(SoftProbe, TwoNodes_HaveFourAcceleratorsEach) {
  SysTree tree;
  tree.AddNumaNode({0, "0-1", 1000, "10 21", false});
  tree.AddNumaNode({2, "2-3", 2000, "21 10", false});
  const FactSet facts = Described(tree);
  EXPECT_EQ(facts.entities.size(), 8U);
  for (const char* key :
       {"accelerator:soft0-copy", "accelerator:soft0-deflate",
        "accelerator:soft2-digest", "accelerator:soft2-checksum"}) {
    EXPECT_TRUE(HasEntity(facts, key, VertexKind::kAccelerator)) << key;
  }
  EXPECT_TRUE(facts.faults.empty());
}

TEST(SoftProbe, NodeWithoutCpus_HasNone) {
  SysTree tree;
  tree.AddNumaNode({0, "0-1", 1000, "10 21", false});
  tree.AddNumaNode({1, "", 2000, "21 10", false});
  EXPECT_EQ(Described(tree).entities.size(), 4U);
}

TEST(SoftProbe, NoNodeDirectory_IsNodeZero) {
  SysTree tree;
  tree.AddDirectory("sys/devices/system");
  const FactSet facts = Described(tree);
  EXPECT_EQ(facts.entities.size(), 4U);
  EXPECT_TRUE(
      HasEntity(facts, "accelerator:soft0-copy", VertexKind::kAccelerator));
}

TEST(SoftProbe, CorruptCpuList_IsAFaultOfThatNode) {
  SysTree tree;
  tree.AddNumaNode({0, "0-1", 1000, "10 21", false});
  tree.AddNumaNode({1, "2-3", 1000, "21 10", false});
  tree.AddFile("sys/devices/system/node/node1/cpulist", "2-\n");
  const FactSet facts = Described(tree);
  EXPECT_EQ(facts.entities.size(), 4U);
  EXPECT_EQ(FaultAt(facts, "/sys/devices/system/node/node1/cpulist"),
            ErrorCode::kCorruptInput);
}

TEST(SoftProbe, Attributes_SayWhatAGrantNeeds) {
  SysTree tree;
  tree.AddNumaNode({3, "0-1", 1000, "10", false});
  const FactSet facts = Described(tree);
  const char* key = "accelerator:soft3-deflate";
  EXPECT_EQ(TextOf(facts, key, attr::kFramework), "soft");
  EXPECT_EQ(TextOf(facts, key, attr::kDriver), "acceld-soft-worker");
  EXPECT_EQ(TextOf(facts, key, attr::kGrant), "soft");
  EXPECT_EQ(TextOf(facts, key, attr::kSharing), "multi-app");
  EXPECT_EQ(TextOf(facts, key, attr::kInstances), "256");
  EXPECT_EQ(TextOf(facts, key, attr::kNumaNode), "3");
  EXPECT_EQ(TextOf(facts, key, attr::kSva), "proven");
  EXPECT_EQ(TextOf(facts, key, attr::kHealth), "ok");
  EXPECT_EQ(FindAttribute(facts, key, attr::kFunctions)->from.evidence,
            Evidence::kComputed);
}

TEST(SoftProbe, Link_IsOnDieToItsNodeWithAssumedBandwidth) {
  SysTree tree;
  tree.AddNumaNode({3, "0-1", 1000, "10", false});
  const FactSet facts = Described(tree);
  const LinkFact* link = FindLink(facts, "accelerator:soft3-copy", "numa:3");
  ASSERT_NE(link, nullptr);
  EXPECT_EQ(link->kind, LinkKind::kOnDie);
  ASSERT_TRUE(link->forward.bandwidth.has_value());
  EXPECT_EQ(link->forward.bandwidth->from.evidence, Evidence::kAssumed);
  EXPECT_EQ(link->forward.bandwidth, link->backward.bandwidth);
  EXPECT_FALSE(link->forward.latency.has_value());
}

// The probe cannot see the daemon; what it promises must be what workers do.
TEST(SoftProbe, Functions_AreThoseOfTheWorker) {
  SysTree tree;
  tree.AddNumaNode({0, "0", 1000, "10", false});
  const FactSet facts = Described(tree);
  std::size_t offered = 0;
  for (const AttributeFact& fact : facts.attributes) {
    if (fact.attribute.name != attr::kFunctions) continue;
    for (const auto& name :
         std::get<std::vector<std::string>>(fact.attribute.value)) {
      const auto opcode = soft::OpcodeOf(name);
      ASSERT_TRUE(opcode) << name;
      EXPECT_NE(soft::FindFunction(static_cast<std::uint16_t>(*opcode)),
                nullptr)
          << name;
      EXPECT_TRUE(api::IsFunction(name)) << name;
      ++offered;
    }
  }
  EXPECT_EQ(offered, soft::FunctionNames().size());
}

}  // namespace
}  // namespace acceld::probes
