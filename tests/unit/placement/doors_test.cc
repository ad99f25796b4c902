// One piece of hardware behind two devices is leased as one of them.
#include "placement/doors.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/bench_machine.h"
#include "tests/support/planning.h"

namespace acceld::placement {
namespace {

using acceld::testing::BenchMachine;
using acceld::testing::MachineFacts;
using acceld::testing::Planning;
using acceld::testing::RequestOf;

constexpr const char* kVfio = "accelerator:vfio-a";

// VFIO would take the functions of a and b from their drivers; only it can
// "graphics".
MachineFacts TwoDoors() {
  MachineFacts machine = BenchMachine();
  machine.Thing(kVfio)
      .Thing("accelerator:vfio-b")
      .Thing("engine:a.0")
      .Relation("engine:a.0", "accelerator:a", RelationKind::kEngineOf)
      .Attribute("engine:a.0", attr::kInstances, std::int64_t{1})
      .Relation(kVfio, "pci:a", RelationKind::kAcceleratorOf)
      .Relation("accelerator:vfio-b", "pci:b", RelationKind::kAcceleratorOf)
      .Attribute(kVfio, "vfio_group_functions",
                 std::vector<std::string>{"a", "b"})
      .Attribute("accelerator:vfio-b", "vfio_leader", std::string("a"))
      .Attribute(kVfio, attr::kFunctions, std::vector<std::string>{"graphics"});
  for (const char* key : {kVfio, "accelerator:vfio-b"}) {
    machine.Attribute(key, attr::kFramework, std::string("vfio"))
        .Attribute(key, attr::kInstances,
                   std::int64_t{key == std::string(kVfio) ? 1 : 0});
  }
  return machine;
}

std::vector<std::string> OthersOf(const graph::Topology& topology,
                                  const Doors& doors, const char* key) {
  std::vector<std::string> keys;
  for (const graph::VertexId other : doors.OthersOf(*topology.Find(key))) {
    keys.push_back(topology.vertex(other).key);
  }
  std::sort(keys.begin(), keys.end());
  return keys;
}

Occupancy TakenOf(const std::string& key) {
  Occupancy taken;
  taken.devices[key].instances = 1;
  return taken;
}

std::vector<std::string> CandidatesOf(const Planning& planning) {
  std::vector<std::string> keys;
  for (const graph::VertexId device : planning.candidates.stages[0].devices) {
    keys.push_back(planning.Key(device));
  }
  return keys;
}

// Why the device is no candidate of the first stage.
std::string RejectionOf(const Planning& planning, const std::string& key) {
  for (const Rejection& one : planning.candidates.stages[0].rejections) {
    if (planning.Key(one.device) == key) return std::string(Name(one.reason));
  }
  return "";
}

TEST(Doors, VfioDeviceOfAGroup_IsTheHardwareOfAllInIt) {
  const auto topology = TwoDoors().Build();
  const Doors doors(*topology);
  EXPECT_EQ(OthersOf(*topology, doors, kVfio),
            (std::vector<std::string>{"accelerator:a", "accelerator:b",
                                      "engine:a.0"}));
  for (const char* other : {"accelerator:a", "accelerator:b", "engine:a.0"}) {
    EXPECT_EQ(OthersOf(*topology, doors, other),
              (std::vector<std::string>{kVfio}));
    EXPECT_FALSE(doors.TakesAll(*topology->Find(other)));
  }
  EXPECT_TRUE(doors.TakesAll(*topology->Find(kVfio)));
  EXPECT_TRUE(OthersOf(*topology, doors, "accelerator:c").empty());
  EXPECT_TRUE(OthersOf(*topology, doors, "accelerator:vfio-b").empty());
}

TEST(Doors, LeasedByOneDoor_IsNoCandidateByTheOther) {
  const auto topology = TwoDoors().Build();
  const auto draw =
      RequestOf(R"({"stages": [{"name": "one", "function": "graphics"}]})");
  EXPECT_EQ(CandidatesOf(Planning(draw, topology)),
            (std::vector<std::string>{kVfio}));
  for (const char* taken :
       {"accelerator:a", "accelerator:b", "accelerator:vfio-b", "engine:a.0"}) {
    const Planning planning(draw, topology, TakenOf(taken));
    EXPECT_TRUE(CandidatesOf(planning).empty()) << taken;
    EXPECT_EQ(RejectionOf(planning, kVfio), "sharing") << taken;
  }
  const auto copy =
      RequestOf(R"({"stages": [{"name": "one", "function": "copy"}]})");
  EXPECT_EQ(CandidatesOf(Planning(copy, topology, TakenOf(kVfio))),
            (std::vector<std::string>{"accelerator:c"}));
}

// What a probe says with `instances` too.
TEST(Doors, FunctionThatDoesNotStandForItsGroup_IsNoCandidate) {
  const auto topology =
      TwoDoors()
          .Thing("accelerator:vfio-c")
          .Attribute("accelerator:vfio-c", attr::kFramework,
                     std::string("vfio"))
          .Attribute("accelerator:vfio-c", attr::kFunctions,
                     std::vector<std::string>{"graphics"})
          .Attribute("accelerator:vfio-c", "vfio_leader", std::string("d"))
          .Build();
  const Planning planning(
      RequestOf(R"({"stages": [{"name": "one", "function": "graphics"}]})"),
      topology);
  EXPECT_EQ(RejectionOf(planning, "accelerator:vfio-c"), "grant");
}

TEST(Doors, GroupOfWhichTheKernelKeepsAMember_IsNoCandidate) {
  const auto request =
      RequestOf(R"({"stages": [{"name": "one", "function": "graphics"}]})");
  const Planning whole(request, TwoDoors().Build());
  const Placement placement = whole.Best().placement;
  EXPECT_TRUE(whole.Verify(placement));
  Planning part(request, TwoDoors()
                             .Attribute(kVfio, "vfio_viable", false)
                             .Attribute(kVfio, "vfio_blocked_by",
                                        std::vector<std::string>{"e (nic)"})
                             .Build());
  EXPECT_EQ(RejectionOf(part, kVfio), "grant");
  part.candidates = whole.candidates;
  EXPECT_FALSE(part.Verify(placement));
}

TEST(Doors, OneRequest_DoesNotGoThroughBoth) {
  const auto topology = TwoDoors().Build();
  const Planning planning(
      RequestOf(R"({"stages": [{"name": "draw", "function": "graphics"},
                               {"name": "move", "function": "copy"}],
                    "links": [{"from": "draw", "to": "move"}]})"),
      topology);
  const Solved best = planning.Best();
  ASSERT_EQ(best.placement.stages.size(), 2U);
  // a and b are nearer, and the same hardware.
  EXPECT_EQ(planning.Key(best.placement.stages[1].device), "accelerator:c");
  EXPECT_TRUE(planning.Verify(best.placement));
  Placement wrong = best.placement;
  wrong.stages[1].device = *topology->Find("accelerator:b");
  EXPECT_FALSE(planning.Verify(wrong));
}

}  // namespace
}  // namespace acceld::placement
