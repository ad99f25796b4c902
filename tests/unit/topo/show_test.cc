#include "client/topo/show.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>

#include "tests/support/golden.h"
#include "tests/unit/topo/machines.h"

namespace acceld::topo {
namespace {

using testing::ExpectGolden;
using testing::MachineFacts;

constexpr Look kUnicode100{.colour = false, .unicode = true, .width = 100};

std::string Show(const MachineFacts& facts, const ShowOptions& options = {},
                 const Look& look = kUnicode100) {
  return ShowText({facts.Build(), "a test"}, options, look);
}

TEST(Show_SharedHbm, AppearsOnceWithBothOwners) {
  ExpectGolden(Show(testing::SharedHbmMachine()), "topo/shared_hbm.txt");
}

TEST(Show_EqualSiblings, AreFolded) {
  ExpectGolden(Show(testing::SwitchMachine()), "topo/folded.txt");
}

TEST(Show_EqualSiblingsWithoutCollapse, StandAlone) {
  ExpectGolden(Show(testing::SwitchMachine(),
                    {.collapse = false, .all_faults = true}, {}),
               "topo/not_folded_ascii.txt");
}

TEST(Show_MemoryOnlyNode, NamesItsInitiators) {
  ExpectGolden(Show(testing::MemoryOnlyMachine()), "topo/memory_only.txt");
}

TEST(Show_Meshes, AreOneLine) {
  ExpectGolden(Show(testing::MeshMachine()), "topo/mesh.txt");
}

TEST(Show_NarrowTerminal, WrapsBelowTheKey) {
  ExpectGolden(Show(testing::SharedHbmMachine(), {},
                    {.colour = false, .unicode = true, .width = 50}),
               "topo/narrow.txt");
}

TEST(Show_NoIo, LeavesDevicesAndTheirLinksOut) {
  const std::string text = Show(testing::SharedHbmMachine(), {.io = false});
  EXPECT_NE(text.find("numa:1"), std::string::npos);
  EXPECT_EQ(text.find("pci:"), std::string::npos);
  EXPECT_EQ(text.find("├─ accelerator:"), std::string::npos);
}

TEST(Show_OnlyOneKind, IsAFlatList) {
  ExpectGolden(
      Show(testing::SwitchMachine(), {.only = {VertexKind::kAccelerator}}),
      "topo/only_accelerators.txt");
}

TEST(Show_NoBridges, LeavesTheDevicesInTheirPlace) {
  const std::string text = Show(testing::SwitchMachine(), {.bridges = false});
  EXPECT_EQ(text.find("switch-port:"), std::string::npos);
  EXPECT_EQ(text.find("host-bridge:"), std::string::npos);
  EXPECT_NE(text.find("accelerator:qat"), std::string::npos);
}

TEST(Show_Ignored, LeavesAKindOut) {
  const std::string text =
      Show(testing::SharedHbmMachine(), {.ignore = {VertexKind::kPciFunction}});
  EXPECT_EQ(text.find("─ pci:"), std::string::npos);
  EXPECT_NE(text.find("─ accelerator:renderD128"), std::string::npos);
}

TEST(Show_From, IsOneBranch) {
  const Machine machine{testing::SharedHbmMachine().Build(), "a test"};
  const std::string text = ShowText(
      machine, {.from = machine.topology->Find("package:1")}, kUnicode100);
  ExpectGolden(text, "topo/from.txt");
  ShowOptions list{.only = {VertexKind::kAccelerator}};
  list.from = machine.topology->Find("package:0");
  const std::string flat = ShowText(machine, list, kUnicode100);
  EXPECT_NE(flat.find("renderD128"), std::string::npos);
  EXPECT_EQ(flat.find("renderD129"), std::string::npos);
}

TEST(Show_EmptyMachine, SaysWhatIsMissing) {
  ExpectGolden(Show(MachineFacts()), "topo/empty.txt");
}

TEST(Show_DeviceThatNoClientCanOpen, SaysWhyInsteadOfItsCapacity) {
  MachineFacts facts;
  facts.Thing("package:0")
      .Link("package:0", "accelerator:dsa0", LinkKind::kOnDie, 30, 100)
      .Relation("engine:wq0.2", "accelerator:dsa0", RelationKind::kEngineOf)
      .Attribute("engine:wq0.2", attr::kInstances, std::int64_t{0})
      .Attribute("engine:wq0.2", "not_offered",
                 std::string("the kernel uses this work queue"));
  const std::string text = Show(facts);
  EXPECT_NE(text.find("not offered: the kernel uses this work queue"),
            std::string::npos)
      << text;
  EXPECT_EQ(text.find("0 opens"), std::string::npos) << text;
}

TEST(Show_TextFromOutside, LosesItsControlCharacters) {
  MachineFacts facts;
  facts.Thing("package:0")
      .Attribute("package:0", attr::kName, std::string("evil\x1b[2J\n"));
  const std::string text = Show(facts);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_NE(text.find("evil?[2J?"), std::string::npos);
}

TEST(Show_FactsInAnotherOrder, IsTheSame) {
  MachineFacts facts = testing::SwitchMachine();
  MachineFacts turned = facts;
  auto& all = turned.facts();
  std::reverse(all.entities.begin(), all.entities.end());
  std::reverse(all.attributes.begin(), all.attributes.end());
  std::reverse(all.links.begin(), all.links.end());
  std::reverse(all.relations.begin(), all.relations.end());
  EXPECT_EQ(Show(facts), Show(turned));
}

}  // namespace
}  // namespace acceld::topo
