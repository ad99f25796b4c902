// The one promise of keeping facts: whatever happened, they are those that
// reading everything afresh would give, with what the events said of health
// laid over them.
#include "probes/machine_probe.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <memory>
#include <string>

#include "probes/changes.h"
#include "probes/event_health.h"
#include "probes/probe.h"
#include "tests/support/fact_text.h"
#include "tests/unit/probes/changing_machine.h"

namespace acceld::probes {
namespace {

using acceld::testing::ChangingMachine;
using acceld::testing::FactText;

ChangingMachine RandomMachine() {
  return ChangingMachine([](int below) { return *rc::gen::inRange(0, below); });
}

RC_GTEST_PROP(MachineProbe, AnyChanges_GiveTheFactsOfAFullProbe, ()) {
  ChangingMachine machine = RandomMachine();
  const auto root = std::make_shared<const SysRoot>(machine.root());
  MachineProbe probe(root);
  EventHealth health;
  for (int batch = *rc::gen::inRange(1, 5); batch > 0; --batch) {
    Changes changes;
    for (int i = *rc::gen::inRange(1, 6); i > 0; --i) {
      for (const Uevent& event : machine.Change()) {
        changes.Add(event);
        health.Note(event);
      }
    }
    changes.health = health;
    const FactSet before = probe.facts();
    const bool differs = probe.Update(changes);
    RC_ASSERT(differs == (probe.facts() != before));
    FactSet fresh = ProbeMachine(*root);
    health.AddTo(*root, fresh);
    RC_ASSERT(FactText(probe.facts(), {}) == FactText(fresh, {}));
    RC_ASSERT(probe.facts() == fresh);  // in the same order, too
  }
}

TEST(MachineProbe, Update_OfNothing_KeepsTheFacts) {
  ChangingMachine machine([](int below) { return below - 1; });
  for (int i = 0; i < 4; ++i) (void)machine.Change();
  MachineProbe probe(std::make_shared<const SysRoot>(machine.root()));
  probe.Probe();
  const FactSet before = probe.facts();
  ASSERT_FALSE(before.attributes.empty());
  EXPECT_FALSE(probe.Update(Changes()));
  EXPECT_EQ(probe.facts(), before);
}

TEST(MachineProbe, Update_BeforeAnyProbe_ReadsEverything) {
  ChangingMachine machine([](int below) { return below - 1; });
  (void)machine.Change();
  const auto root = std::make_shared<const SysRoot>(machine.root());
  MachineProbe probe(root);
  EXPECT_TRUE(probe.Update(Changes()));
  EXPECT_EQ(probe.facts(), ProbeMachine(*root));
}

TEST(MachineProbe, WhatAnEventSaid_StandsUntilAnotherOne) {
  ChangingMachine machine([](int below) { return below - 1; });
  for (int i = 0; i < 4; ++i) (void)machine.Change();
  const auto root = std::make_shared<const SysRoot>(machine.root());
  MachineProbe probe(root);
  probe.Probe();
  const FactSet well = probe.facts();
  Uevent error{"change", "/devices/pci10000:00/10000:00:00.0", "pci"};
  error.error_event = "BEGIN_RECOVERY";
  Changes changes;
  changes.Add(error);
  changes.health.emplace().Note(error);
  EXPECT_TRUE(probe.Update(changes));
  const FactSet ill = probe.facts();
  EXPECT_NE(ill, well);
  probe.Probe();
  EXPECT_EQ(probe.facts(), ill);
  error.error_event = "SUCCESSFUL_RECOVERY";
  changes.health->Note(error);
  EXPECT_TRUE(probe.Update(changes));
  EXPECT_EQ(probe.facts(), well);
}

}  // namespace
}  // namespace acceld::probes
