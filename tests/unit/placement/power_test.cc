// power_weight: which boards are put to work, of which power they are rated at.
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "placement/placement.h"
#include "tests/support/bench_machine.h"
#include "tests/support/planning.h"

namespace acceld::placement {
namespace {

using acceld::testing::BenchMachine;
using acceld::testing::MachineFacts;
using acceld::testing::Planning;
using acceld::testing::RequestOf;

Microwatts Watts(std::int64_t watts) { return Microwatts(watts * 1'000'000); }

// Replicas that the program at node 0 sends to: c is the nearest, a and b are
// 10 ns farther.
Request NearNodeZero(int count) {
  return RequestOf(
      R"({"stages": [{"name": "x", "function": "copy", "count": )" +
      std::to_string(count) + R"(}],
          "links": [{"from": "host", "to": "x"}], "client": {"cpus": "0"}})");
}

// As their functions say.
MachineFacts Rated(std::int64_t a = 150, std::int64_t b = 75,
                   std::int64_t c = 300) {
  MachineFacts machine = BenchMachine();
  machine.Attribute("pci:a", attr::kPower, Watts(a))
      .Attribute("pci:b", attr::kPower, Watts(b))
      .Attribute("pci:c", attr::kPower, Watts(c));
  return machine;
}

Planning Planned(const MachineFacts& machine, int count, std::int64_t weight,
                 Occupancy occupancy = {}) {
  Planning plan(NearNodeZero(count), machine.Build(), std::move(occupancy));
  plan.objective.power_weight = weight;
  return plan;
}

Occupancy Held(const std::string& device) {
  Occupancy occupancy;
  occupancy.devices[device].instances = 1;
  return occupancy;
}

// The devices of the best placement, and what its power costs.
struct Chosen {
  std::string devices;
  Cost power = 0;
  friend bool operator==(const Chosen&, const Chosen&) = default;
};
std::ostream& operator<<(std::ostream& out, const Chosen& chosen) {
  return out << chosen.devices << " for " << chosen.power;
}

Chosen BestOf(const Planning& plan) {
  const Solved solved = plan.Best();
  EXPECT_EQ(solved.proof, Proof::kOptimal);
  EXPECT_TRUE(plan.Verify(solved.placement));
  Chosen chosen;
  for (const StageAssignment& one : solved.placement.stages) {
    chosen.devices += plan.Key(one.device).substr(12);
  }
  for (const CostTerm& term : solved.placement.terms) {
    if (term.what.starts_with("power: ")) chosen.power += term.cost;
  }
  return chosen;
}

TEST(Power, NoWeight_TheNearestWorks) {
  EXPECT_EQ(BestOf(Planned(Rated(), 1, 0)), (Chosen{"c", 0}));
}

TEST(Power, MuchLess_IsWorthALongerWay) {
  EXPECT_EQ(BestOf(Planned(Rated(), 1, 1)),
            (Chosen{"b", 75 * kReferenceTraffic}));
}

TEST(Power, LittleLess_IsNot) {
  EXPECT_EQ(BestOf(Planned(Rated(150, 75, 80), 1, 1)),
            (Chosen{"c", 80 * kReferenceTraffic}));
}

TEST(Power, BoardInUse_CostsNothingMore) {
  EXPECT_EQ(BestOf(Planned(Rated(), 1, 1000, Held("accelerator:a"))),
            (Chosen{"a", 0}));
}

TEST(Power, TwoReplicas_StayOnOneBoard_WhichIsPaidOnce) {
  EXPECT_EQ(BestOf(Planned(Rated(), 2, 1000)),
            (Chosen{"bb", 75 * 1000 * kReferenceTraffic}));
}

TEST(Power, NotKnown_CostsNothing) {
  MachineFacts machine = BenchMachine();
  machine.Attribute("pci:c", attr::kPower, Watts(75));
  EXPECT_EQ(BestOf(Planned(machine, 1, 1000)), (Chosen{"a", 0}));
}

// A stage for itself on each: another board is paid for, the other half is not.
TEST(Power, PartsOfOneBoard_ShareItsPower) {
  MachineFacts machine = Rated();
  machine.Relation("accelerator:b2", "pci:b", RelationKind::kAcceleratorOf)
      .Attribute("accelerator:b2", attr::kFunctions,
                 std::vector<std::string>{"copy"})
      .Attribute("accelerator:b2", attr::kInstances, std::int64_t{1});
  Planning plan(
      RequestOf(R"({"stages": [{"name": "x", "function": "copy", "count": 2,
                                "sharing": "exclusive"}]})"),
      machine.Build());
  plan.objective.power_weight = 1;
  EXPECT_EQ(BestOf(plan), (Chosen{"bb2", 75 * kReferenceTraffic}));
}

TEST(Power, PartInUse_TheOtherPartCostsNothing) {
  MachineFacts machine = Rated();
  machine.Relation("accelerator:a2", "pci:a", RelationKind::kAcceleratorOf)
      .Attribute("accelerator:a2", attr::kFramework, std::string("other"));
  EXPECT_EQ(BestOf(Planned(machine, 1, 1000, Held("accelerator:a2"))),
            (Chosen{"a", 0}));
}

// What an accelerator says of itself stands before what its function says.
TEST(Power, TheNearestStatement_Counts) {
  MachineFacts machine = Rated();
  machine.Attribute("accelerator:a", attr::kPower, Watts(10));
  EXPECT_EQ(BestOf(Planned(machine, 1, 1)),
            (Chosen{"a", 10 * kReferenceTraffic}));
}

TEST(Power, MoreThanACostCanBe_Saturates) {
  MachineFacts machine = BenchMachine();
  const Microwatts most(std::numeric_limits<std::int64_t>::max());
  for (const std::string d : {"pci:a", "pci:b", "pci:c"}) {
    machine.Attribute(d, attr::kPower, most);
  }
  const Planning plan = Planned(machine, 1, 1'000'000);
  const Solved solved = plan.Best();
  EXPECT_EQ(solved.placement.total, kMaxCost);
  EXPECT_TRUE(plan.Verify(solved.placement));
}

TEST(Power, VerifierRefuses_PowerThatWasNotPaid) {
  const Planning plan = Planned(Rated(), 1, 1);
  Placement placement = plan.Best().placement;
  ASSERT_EQ(placement.terms.back().what,
            "power: pci:b, 75W, which nobody held");
  placement.total -= placement.terms.back().cost;
  placement.terms.pop_back();
  EXPECT_FALSE(plan.Verify(placement));
}

}  // namespace
}  // namespace acceld::placement
