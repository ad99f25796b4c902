#include "placement/units.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "placement/accelerators.h"
#include "placement/occupancy.h"
#include "tests/support/bench_machine.h"
#include "tests/support/described_host.h"

namespace acceld::placement {
namespace {

using acceld::testing::BenchMachine;
using acceld::testing::DescribedHost;
using acceld::testing::MachineFacts;
using Machine = std::shared_ptr<const graph::Topology>;
using Lines = std::vector<std::string>;

Lines Written(const Machine& machine, const std::vector<Unit>& units) {
  Lines lines;
  for (const Unit& unit : units) {
    std::string line = unit.place + ":";
    for (const graph::VertexId member : unit.accelerators) {
      const std::string& key = machine->vertex(member).key;
      line += " " + key.substr(key.find(':') + 1);
    }
    lines.push_back(line);
  }
  return lines;
}

Lines UnitsOf(const Machine& machine) {
  const Occupancy nothing;
  return Written(machine, FindUnits(*machine, Accelerators(*machine, nothing)));
}

Lines FreeUnitsOf(const Machine& machine, const std::string& held) {
  Occupancy occupancy;
  occupancy.devices[held].instances = 1;
  return Written(machine,
                 FindFreeUnits(*machine, Accelerators(*machine, occupancy)));
}

MachineFacts WithFabric(MachineFacts machine, const std::string& a,
                        const std::string& b) {
  return machine.Link("accelerator:" + a, "accelerator:" + b, LinkKind::kFabric,
                      50, 100);
}

// a and b are below one switch, c is alone on its node. The root port, the node
// and the package of a and b hold no others.
TEST(Units, PlacesWithTheSameAccelerators_AreOneUnit) {
  EXPECT_EQ(UnitsOf(BenchMachine().Build()), Lines{"switch-port:up: a b"});
}

TEST(Units, CubeMesh_HasSwitchesAndQuads) {
  EXPECT_EQ(UnitsOf(DescribedHost("dgx-1v")),
            (Lines{"switch-port:0000:02:00.0: nvidia0 nvidia1",
                   "switch-port:0000:08:00.0: nvidia2 nvidia3",
                   "switch-port:0000:82:00.0: nvidia4 nvidia5",
                   "switch-port:0000:87:00.0: nvidia6 nvidia7",
                   "host-bridge:0000:00: nvidia0 nvidia1 nvidia2 nvidia3",
                   "host-bridge:0000:00: mlx5_0 mlx5_1",
                   "host-bridge:0000:80: nvidia4 nvidia5 nvidia6 nvidia7",
                   "host-bridge:0000:80: mlx5_2 mlx5_3"}));
}

TEST(Units, TwoThatAreLinkedToEachOtherOnly_AreOne) {
  const auto machine = WithFabric(BenchMachine(), "a", "c").Build();
  EXPECT_EQ(UnitsOf(machine),
            (Lines{"switch-port:up: a b", "the fabric of accelerator:a: a c"}));
  // In a chain of three, no two are.
  EXPECT_EQ(
      UnitsOf(
          WithFabric(WithFabric(BenchMachine(), "a", "c"), "c", "b").Build()),
      Lines{"switch-port:up: a b"});
}

TEST(Units, FailedAccelerator_IsInNone) {
  EXPECT_EQ(UnitsOf(BenchMachine()
                        .Attribute("accelerator:b", attr::kHealth,
                                   std::string("failed"))
                        .Build()),
            Lines{});
}

TEST(Units, OneThatIsHeld_BreaksItsUnits) {
  const auto machine = WithFabric(BenchMachine(), "a", "c").Build();
  EXPECT_EQ(FreeUnitsOf(machine, "accelerator:b"),
            Lines{"the fabric of accelerator:a: a c"});
  EXPECT_EQ(FreeUnitsOf(machine, "accelerator:c"),
            Lines{"switch-port:up: a b"});
  EXPECT_EQ(FreeUnitsOf(machine, "accelerator:a"), Lines{});
}

TEST(Units, EngineThatIsHeld_HoldsItsAccelerator) {
  const auto machine =
      BenchMachine()
          .Relation("engine:a.0", "accelerator:a", RelationKind::kEngineOf)
          .Build();
  EXPECT_EQ(UnitsOf(machine), Lines{"switch-port:up: a b"});
  EXPECT_EQ(FreeUnitsOf(machine, "engine:a.0"), Lines{});
}

// The same hardware by way of VFIO is no third accelerator, takes what it is
// made of, and holds that.
TEST(Units, OtherDoor_IsTheSameHardware) {
  const auto machine =
      BenchMachine()
          .Relation("accelerator:vfio-0", "pci:a", RelationKind::kAcceleratorOf)
          .Attribute("accelerator:vfio-0", attr::kFramework,
                     std::string("vfio"))
          .Attribute("accelerator:vfio-0", attr::kFunctions,
                     std::vector<std::string>{"copy"})
          .Build();
  EXPECT_EQ(UnitsOf(machine), Lines{"switch-port:up: a b"});
  EXPECT_EQ(FreeUnitsOf(machine, "accelerator:vfio-0"), Lines{});
  const Occupancy nothing;
  EXPECT_EQ(
      Accelerators(*machine, nothing).Of(*machine->Find("accelerator:vfio-0")),
      std::vector{*machine->Find("accelerator:a")});
}

TEST(Units, Quarantine_IsNotFree) {
  const auto machine = BenchMachine().Build();
  Occupancy occupancy;
  occupancy.devices["accelerator:a"].quarantined = 1;
  const Accelerators accelerators(*machine, occupancy);
  EXPECT_FALSE(accelerators.IsFree(*machine->Find("accelerator:a")));
  EXPECT_TRUE(accelerators.IsFree(*machine->Find("accelerator:b")));
}

}  // namespace
}  // namespace acceld::placement
