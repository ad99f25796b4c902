// Rebinding that fails, or whose daemon dies, at each of its steps.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "daemon/grant/vfio/journal.h"
#include "daemon/grant/vfio/vfio_binder.h"
#include "tests/unit/daemon/grant/vfio/vfio_machine.h"

namespace acceld::daemon::vfio {
namespace {

using acceld::testing::VfioMachine;

// Two functions that have to be taken: the most steps.
struct TwoFunctions : VfioMachine {
  TwoFunctions() {
    kernel.Add({kAudio, 2, "snd", kGroup});
    kernel.SetOverride(kAudio, "snd");
  }
};

int WritesOfABind() {
  TwoFunctions machine;
  const auto binder = machine.Start();
  const auto bound = machine.Bind(*binder);
  return static_cast<int>(machine.kernel.writes.size());
}

TEST(VfioRebind, EachWriteFailedOnce_LeavesAllAsItWas) {
  const int writes = WritesOfABind();
  ASSERT_EQ(writes, 6);
  for (int step = 0; step < writes; ++step) {
    TwoFunctions machine;
    const auto before = machine.kernel.State();
    const auto binder = machine.Start();
    machine.kernel.failing_write = step;
    const auto bound = machine.Bind(*binder);
    ASSERT_FALSE(bound) << step;
    EXPECT_EQ(bound.error().code, ErrorCode::kIo) << step;
    EXPECT_EQ(machine.kernel.State(), before) << step;
    EXPECT_TRUE(machine.JournalFiles().empty()) << step;
    EXPECT_TRUE(machine.Bind(*binder)) << step;
  }
}

TEST(VfioRebind, DaemonThatDiedAfterAnyWrite_IsClearedUpByTheNext) {
  const int writes = WritesOfABind();
  // After none, there is nothing to clear up.
  for (int step = 1; step <= writes; ++step) {
    TwoFunctions machine;
    const auto before = machine.kernel.State();
    {
      const auto binder = machine.Start();
      machine.kernel.dead_after = step;
      const auto bound = machine.Bind(*binder);
    }
    EXPECT_EQ(machine.JournalFiles(), (std::vector<std::string>{"30.json"}))
        << step;
    machine.kernel.dead_after.reset();
    machine.Start()->Recover();
    EXPECT_EQ(machine.kernel.State(), before) << step;
    EXPECT_TRUE(machine.JournalFiles().empty()) << step;
    // Nothing is left to do.
    const auto done = machine.kernel.writes.size();
    machine.Start()->Recover();
    EXPECT_EQ(machine.kernel.writes.size(), done);
  }
}

TEST(VfioRebind, DaemonThatDiedBeforeTheFirstWrite_LeavesNothingBehind) {
  TwoFunctions machine;
  const auto before = machine.kernel.State();
  ASSERT_TRUE(Journal::Open(machine.directory.At("vfio"))
                  ->Write({VfioMachine::kGroup,
                           {{VfioMachine::kDisk, "nvme", ""},
                            {VfioMachine::kAudio, "snd", "snd"}}}));
  machine.Start()->Recover();
  EXPECT_EQ(machine.kernel.State(), before);
  EXPECT_TRUE(machine.kernel.writes.empty());
  EXPECT_TRUE(machine.JournalFiles().empty());
}

TEST(VfioRebind, DaemonThatDiedGivingBack_IsClearedUpByTheNext) {
  const int writes = WritesOfABind();
  for (int step = 0; step < writes; ++step) {
    TwoFunctions machine;
    const auto before = machine.kernel.State();
    {
      const auto binder = machine.Start();
      const auto bound = machine.Bind(*binder);
      ASSERT_TRUE(bound);
      machine.kernel.dead_after =
          static_cast<int>(machine.kernel.writes.size()) + step;
    }
    machine.kernel.dead_after.reset();
    machine.Start()->Recover();
    EXPECT_EQ(machine.kernel.State(), before) << step;
    EXPECT_TRUE(machine.JournalFiles().empty()) << step;
  }
}

TEST(VfioRebind, WhatAClientStillHolds_StaysTakenUntilItIsLeasedAgain) {
  TwoFunctions machine;
  const auto before = machine.kernel.State();
  {
    const auto binder = machine.Start();
    const auto bound = machine.Bind(*binder);
    ASSERT_TRUE(bound);
    machine.kernel.open.insert(VfioMachine::kGroupNode);
  }
  const auto next = machine.Start();
  next->Recover();
  EXPECT_EQ(machine.kernel.DriverOf(VfioMachine::kDisk), "vfio-pci");
  EXPECT_EQ(machine.JournalFiles(), (std::vector<std::string>{"30.json"}));
  EXPECT_EQ(machine.Bind(*next).error().code, ErrorCode::kBusy);
  EXPECT_EQ(machine.kernel.DriverOf(VfioMachine::kDisk), "vfio-pci");
  machine.kernel.open.clear();
  { const auto bound = machine.Bind(*next); }
  EXPECT_EQ(machine.kernel.State(), before);
  EXPECT_TRUE(machine.JournalFiles().empty());
}

TEST(VfioRebind, WhatAnAdministratorBoundMeanwhile_IsLeftSo) {
  TwoFunctions machine;
  {
    const auto binder = machine.Start();
    machine.kernel.dead_after = 2;  // taken from nvme, bound to nothing
    const auto bound = machine.Bind(*binder);
  }
  machine.kernel.dead_after.reset();
  machine.kernel.SetOverride(VfioMachine::kDisk, "other");
  machine.kernel.tree.AddLinkTo("sys/devices/pci0000:3a/0000:3a:00.0/driver",
                                "sys/bus/pci/drivers/other");
  machine.Start()->Recover();
  EXPECT_EQ(machine.kernel.DriverOf(VfioMachine::kDisk), "other");
  EXPECT_EQ(machine.kernel.OverrideOf(VfioMachine::kDisk), "other");
  EXPECT_TRUE(machine.JournalFiles().empty());
}

TEST(VfioRebind, JournalThatCannotBeBelieved_DoesNothing) {
  TwoFunctions machine;
  const auto binder = machine.Start();
  machine.directory.AddFile("vfio/30.json", "{}", 0600);
  binder->Recover();
  EXPECT_TRUE(machine.kernel.writes.empty());
  EXPECT_EQ(machine.Bind(*binder).error().code, ErrorCode::kCorruptInput);
}

}  // namespace
}  // namespace acceld::daemon::vfio
