#include "graph/export/drawing.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "graph/export/draw_picture.h"
#include "tests/support/machine_facts.h"

namespace acceld::graph::exports {
namespace {

using acceld::testing::MachineFacts;

std::string Drawn(const MachineFacts& machine) {
  const auto topology = machine.Build();
  std::string out;
  AppendDrawing(*topology, DrawPicture(*topology), out);
  return out;
}

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(AppendDrawing_Memory, HasItsKindAsAClass) {
  MachineFacts machine;
  machine.Thing("memory:0")
      .Attribute("memory:0", attr::kMemoryKind, std::string("hbm"));
  EXPECT_TRUE(
      Contains(Drawn(machine), "id=\"memory:0\" class=\"box memory hbm\""));
}

TEST(AppendDrawing_MemoryOfAnUnknownKind, HasNoOtherClass) {
  MachineFacts machine;
  machine.Thing("memory:0")
      .Attribute("memory:0", attr::kMemoryKind, std::string("\"><script>"));
  EXPECT_TRUE(Contains(Drawn(machine), "id=\"memory:0\" class=\"box memory\""));
  EXPECT_FALSE(Contains(Drawn(machine), "<script"));
}

TEST(AppendDrawing_MemoryOfSeveral, IsShared) {
  MachineFacts machine;
  machine.Relation("accelerator:a", "memory:0", RelationKind::kSharesMemory)
      .Relation("accelerator:b", "memory:0", RelationKind::kSharesMemory);
  EXPECT_TRUE(Contains(Drawn(machine), "class=\"box memory shared\""));
  EXPECT_TRUE(Contains(Drawn(machine),
                       "id=\"link:shares-memory:accelerator:a--memory:0\""));
}

TEST(AppendDrawing_Bandwidth, IsTheThicknessOfTheWire) {
  MachineFacts machine;
  machine.Link("numa:0", "numa:1", LinkKind::kSocketLink, 1, 100)
      .Link("numa:1", "numa:2", LinkKind::kSocketLink, 20, 100)
      .Link("numa:2", "numa:3", LinkKind::kSocketLink, 400, 100);
  const std::string drawn = Drawn(machine);
  EXPECT_TRUE(Contains(drawn,
                       "id=\"link:socket-link:numa:0--numa:1\""
                       " class=\"link socket-link b1\""));
  EXPECT_TRUE(Contains(drawn, "numa:1--numa:2\" class=\"link socket-link b3"));
  EXPECT_TRUE(Contains(drawn, "numa:2--numa:3\" class=\"link socket-link b5"));
}

TEST(AppendDrawing_SlowerThanItCould, IsDegraded) {
  MachineFacts machine;
  machine.Link("root-port:0", "pci:a", LinkKind::kPcie, 16, 100);
  const Provenance from{Evidence::kFirmware, "test"};
  machine.facts().links.front().attributes = {
      {"speed", MegaTransfers(16000), from},
      {"width", Lanes(8), from},
      {"max_speed", MegaTransfers(16000), from},
      {"max_width", Lanes(16), from}};
  const std::string drawn = Drawn(machine);
  EXPECT_TRUE(Contains(drawn, "class=\"link pcie b3 degraded\""));
  EXPECT_TRUE(Contains(drawn, "<tspan class=\"warning\">degraded: 16GT/s x8"));
  machine.facts().links.front().attributes.push_back(
      {"port_max_width", Lanes(8), from});
  EXPECT_TRUE(Contains(Drawn(machine), "class=\"link pcie b3 degraded\""));
}

TEST(AppendDrawing_TextFromOutside, IsEscaped) {
  MachineFacts machine;
  const std::string evil = "</title><script>x('\"&')</script>";
  machine.Thing("accelerator:a")
      .Attribute("accelerator:a", attr::kName, evil)
      .Attribute("accelerator:a", attr::kFunctions,
                 std::vector<std::string>{evil});
  machine.facts().attributes.front().attribute.from.source = evil;
  const std::string drawn = Drawn(machine);
  EXPECT_FALSE(Contains(drawn, "<script"));
  EXPECT_TRUE(
      Contains(drawn, "&lt;/title&gt;&lt;script&gt;x(&#39;&quot;&amp;"));
}

}  // namespace
}  // namespace acceld::graph::exports
