#include "client/topo/diff.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "client/topo/command_line.h"
#include "client/topo/commands/commands.h"
#include "client/topo/tool.h"
#include "graph/diff.h"
#include "tests/support/golden.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/topo/machines.h"

namespace acceld::topo {
namespace {

using testing::ExpectGolden;
using testing::MachineFacts;
using testing::SwitchMachine;
using testing::TempDir;

constexpr Look kUnicode{.colour = false, .unicode = true, .width = 100};

// An accelerator more, one less, a narrower and slower link, a driver.
MachineFacts ChangedSwitchMachine() {
  MachineFacts facts = SwitchMachine();
  std::erase_if(facts.facts().entities, [](const probes::EntityFact& fact) {
    return fact.key == "accelerator:qat2";
  });
  std::erase_if(facts.facts().attributes, [](const probes::AttributeFact& f) {
    return f.key == "accelerator:qat2";
  });
  std::erase_if(facts.facts().relations, [](const probes::RelationFact& fact) {
    return fact.from == "accelerator:qat2";
  });
  facts.facts().links[3].attributes[0].value = MegaTransfers(2500);
  facts.facts().links[3].attributes[1].value = Lanes(8);
  facts.facts().faults.pop_back();
  facts
      .Relation("accelerator:fpga0", "pci:0000:0b:00.0",
                RelationKind::kAcceleratorOf)
      .Attribute("accelerator:fpga0", attr::kFramework, std::string("dfl"))
      .Attribute("accelerator:qat1", attr::kHealth, std::string("degraded"))
      .Attribute("accelerator:qat1", attr::kInstancesFree, std::int64_t{3});
  return facts;
}

Machine Of(const MachineFacts& facts, std::string origin) {
  return {facts.Build(), std::move(origin)};
}

TEST(DiffText_OfTheSame, IsEmpty) {
  const Machine machine = Of(SwitchMachine(), "a test");
  const auto diff = graph::DiffOf(*machine.topology, *machine.topology);
  EXPECT_EQ(DiffText(machine, machine, diff, kUnicode), "");
}

TEST(DiffText_OfAChange, TellsWhatWasAndWhatIs) {
  const Machine before = Of(SwitchMachine(), "Monday");
  const Machine after = Of(ChangedSwitchMachine(), "Tuesday");
  const auto diff = graph::DiffOf(*before.topology, *after.topology);
  ExpectGolden(DiffText(before, after, diff, kUnicode), "topo/diff.txt");
}

TEST(DiffDocument_OfAChange, HoldsBothSidesAndTheirSources) {
  const Machine before = Of(SwitchMachine(), "Monday");
  const Machine after = Of(ChangedSwitchMachine(), "Tuesday");
  const Document document = DiffDocument(
      before, after, graph::DiffOf(*before.topology, *after.topology));
  EXPECT_EQ(*document.Find("same"), Document(false));
  const Document& changed = document.Find("vertices")->AsArray()->at(1);
  EXPECT_EQ(*changed.Find("key"), Document("accelerator:qat1"));
  const Document& value = changed.Find("values")->AsArray()->at(1);
  EXPECT_EQ(*value.Find("name"), Document("instances_free"));
  EXPECT_EQ(*value.Find("volatile"), Document(true));
  EXPECT_EQ(value.Find("before"), nullptr);
  EXPECT_EQ(*value.Find("after")->Find("source"), Document("test"));
}

// The status of `accel-topo` with these arguments.
int StatusOf(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "accel-topo");
  const auto parsed =
      ParseCommandLine(static_cast<int>(arguments.size()), arguments.data());
  CommandLine line = std::get<CommandLine>(parsed);
  line.tool.out = std::fopen("/dev/null", "we");
  line.tool.messages = line.tool.out;
  const Result<int> status = line.run(line.tool);
  (void)std::fclose(line.tool.out);
  return status.value_or(-1);
}

TEST(DiffCommand_Status, IsThatOfDiff) {
  constexpr std::string_view kFormat =
      R"({"format": "acceld-machine", "version": 1, "links": [],
          "relations": [], "entities": [{"key": "numa:)";
  TempDir folder;
  folder.AddFile("a.json", std::string(kFormat) + R"(1", "kind": "numa"}]})");
  folder.AddFile("b.json", std::string(kFormat) + R"(2", "kind": "numa"}]})");
  const std::string a = folder.At("a.json");
  const std::string b = folder.At("b.json");
  const std::string none = folder.At("none.json");
  EXPECT_EQ(StatusOf({"diff", a.c_str(), a.c_str()}), 0);
  EXPECT_EQ(StatusOf({"diff", a.c_str(), b.c_str()}), 1);
  EXPECT_GE(StatusOf({"diff", a.c_str(), none.c_str()}), 2);
}

TEST(DiffCommand_WithAMachineOfItsOwn, IsAWrongCommandLine) {
  for (const char* option : {"--host", "--sysroot"}) {
    EXPECT_EQ(StatusOf({option, "x", "diff", "a.json", "b.json"}), 2) << option;
  }
  EXPECT_EQ(StatusOf({"--host", "x", "gather", "y.tar"}), 2);
}

}  // namespace
}  // namespace acceld::topo
