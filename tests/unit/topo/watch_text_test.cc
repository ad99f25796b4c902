#include "client/topo/watch_text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "base/json.h"
#include "tests/support/golden.h"
#include "tests/unit/topo/machines.h"

namespace acceld::topo {
namespace {

using testing::ExpectGolden;
using testing::MachineFacts;
using testing::SwitchMachine;

constexpr std::string_view kTime = "2026-03-01T11:42:03.123+0100";
constexpr Look kUnicode{.colour = false, .unicode = true, .width = 40};

// An accelerator more, one less, a slower link, a value, a fault less.
MachineFacts Changed() {
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
  facts.facts().faults.pop_back();
  facts
      .Relation("accelerator:fpga0", "pci:0000:0b:00.0",
                RelationKind::kAcceleratorOf)
      .Attribute("accelerator:fpga0", attr::kFramework, std::string("dfl"))
      .Attribute("accelerator:qat1", attr::kHealth,
                 std::string("degraded\x1b[31m"));
  return facts;
}

Machine Of(const MachineFacts& facts) { return {facts.Build(), "a test"}; }

TEST(WatchText, SameMachine_IsEmpty) {
  const Machine machine = Of(SwitchMachine());
  const auto diff = graph::DiffOf(*machine.topology, *machine.topology);
  EXPECT_EQ(WatchText(kTime, machine, machine, diff, kUnicode), "");
  EXPECT_TRUE(WatchDocuments(kTime, diff).empty());
}

TEST(WatchText, Change_IsOneLineEachWithoutControlCharacters) {
  const Machine before = Of(SwitchMachine());
  const Machine after = Of(Changed());
  const auto diff = graph::DiffOf(*before.topology, *after.topology);
  const std::string text = WatchText(kTime, before, after, diff, kUnicode);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  ExpectGolden(text, "topo/watch.txt");
}

TEST(WatchDocuments, Change_IsOneFlatObjectForEachValue) {
  const Machine before = Of(SwitchMachine());
  const Machine after = Of(Changed());
  const auto diff = graph::DiffOf(*before.topology, *after.topology);
  std::string lines;
  for (const Document& one : WatchDocuments(kTime, diff)) {
    const std::string line = PrintJson(one);
    EXPECT_EQ(line.find('\n'), std::string::npos);
    lines.append(line).append("\n");
  }
  ExpectGolden(lines, "topo/watch_json.txt");
}

}  // namespace
}  // namespace acceld::topo
