#include "probes/numa_attachment.h"

#include <gtest/gtest.h>

#include "tests/support/sys_tree.h"

namespace acceld::probes {
namespace {

using acceld::testing::SysTree;

class NumaAttachmentTest : public ::testing::Test {
 protected:
  NumaNodes Nodes() {
    const SysRoot root = tree_.root();
    return NumaNodes::Read(FactReader(root, facts_));
  }

  SysTree tree_;
  FactSet facts_;
};

TEST_F(NumaAttachmentTest, VotersThatAgree_AreBelieved) {
  tree_.AddNumaNode({0, "0-3", 1, "10 20", false});
  tree_.AddNumaNode({1, "4-7", 1, "20 10", false});
  const NumaAttachment attachment = Nodes().Choose({{1, 5}}, "voters");
  EXPECT_EQ(attachment.node, 1);
  EXPECT_EQ(attachment.from, (Provenance{Evidence::kFirmware, "voters"}));
}

TEST_F(NumaAttachmentTest, VotersThatDiffer_MostFrequentIsComputed) {
  tree_.AddNumaNode({0, "0", 1, "", false});
  tree_.AddNumaNode({2, "1", 1, "", false});
  EXPECT_EQ(Nodes().Choose({{0, 1}, {2, 3}}, "v").node, 2);
  EXPECT_EQ(Nodes().Choose({{0, 1}, {2, 3}}, "v").from.evidence,
            Evidence::kComputed);
  EXPECT_EQ(Nodes().Choose({{0, 2}, {2, 2}}, "v").node, 0);
}

TEST_F(NumaAttachmentTest, NoVoter_LowestNodeWithCpusIsAssumed) {
  tree_.AddNumaNode({0, "", 1, "", false});  // memory only
  tree_.AddNumaNode({1, "", 1, "", false});
  tree_.AddNumaNode({3, "0-1", 1, "", false});
  tree_.AddNumaNode({5, "2-3", 1, "", false});
  const NumaAttachment attachment = Nodes().Choose({}, "voters");
  EXPECT_EQ(attachment.node, 3);
  EXPECT_EQ(attachment.from.evidence, Evidence::kAssumed);
}

TEST_F(NumaAttachmentTest, KernelWithoutNuma_HasNodeZero) {
  EXPECT_EQ(Nodes().Choose({}, "voters").node, 0);
  EXPECT_TRUE(Nodes().Contains(0));
  EXPECT_FALSE(Nodes().Contains(1));
}

TEST_F(NumaAttachmentTest, NodeThatDoesNotExist_IsAFault) {
  tree_.AddNumaNode({0, "0", 1, "", false});
  tree_.AddFile("a/numa_node", "7\n");
  tree_.AddFile("b/numa_node", "-1\n");
  const NumaNodes nodes = Nodes();
  const SysRoot root = tree_.root();
  const FactReader reader(root, facts_);
  EXPECT_FALSE(nodes.ReadNodeOf(reader, "b").has_value());
  EXPECT_TRUE(facts_.faults.empty());
  EXPECT_FALSE(nodes.ReadNodeOf(reader, "a").has_value());
  ASSERT_EQ(facts_.faults.size(), 1U);
  EXPECT_EQ(facts_.faults[0].where, "/a/numa_node");
}

}  // namespace
}  // namespace acceld::probes
