// Which directions of which links a path loads, and which of them can run out.
#include "placement/lanes.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "placement/tight_links.h"
#include "tests/support/bench_machine.h"

namespace acceld::placement {
namespace {

using acceld::testing::BenchMachine;
using acceld::testing::MachineFacts;

std::vector<std::string> Between(const graph::Topology& topology,
                                 const char* from, const char* to) {
  std::vector<std::string> found;
  for (const Lane& lane :
       LanesBetween(topology, *topology.Find(from), *topology.Find(to))) {
    found.push_back(topology.vertex(lane.from).key + " " +
                    topology.vertex(lane.to).key + " " +
                    ToString(lane.bandwidth));
  }
  return found;
}

std::optional<std::int64_t> LeastTight(const graph::Topology& topology,
                                       const std::vector<const char*>& places,
                                       std::int64_t gigabytes) {
  std::vector<graph::VertexId> ids;
  for (const char* key : places) ids.push_back(*topology.Find(key));
  return LeastTightBandwidth(topology, ids, gigabytes * 1'000'000'000);
}

TEST(Lanes, PathUnderASwitch_TakesItsTwoLinks) {
  const auto topology = BenchMachine().Build();
  EXPECT_EQ(Between(*topology, "accelerator:a", "accelerator:b"),
            (std::vector<std::string>{"pci:a switch-port:up 16GB/s",
                                      "switch-port:up pci:b 16GB/s"}));
  EXPECT_TRUE(Between(*topology, "accelerator:a", "accelerator:a").empty());
}

TEST(Lanes, LinksOfTwoKinds_AreOneLane) {
  const auto topology =
      BenchMachine()
          .Link("switch-port:up", "pci:a", LinkKind::kCxl, 32, 100)
          .Build();
  EXPECT_EQ(Between(*topology, "switch-port:up", "accelerator:a"),
            (std::vector<std::string>{"switch-port:up pci:a 32GB/s"}));
}

TEST(Lanes, PairThatFirmwareStates_IsALaneOfItsOwn) {
  MachineFacts machine = BenchMachine();
  machine.Thing("memory:5")
      .Relation("numa:1", "memory:5", RelationKind::kAccess);
  const Provenance firmware{Evidence::kFirmware, "test"};
  machine.facts().relations.back().attributes = {
      {"read_bandwidth", BytesPerSecond(5'000'000'000), firmware},
      {"read_latency", Nanoseconds(200), firmware}};
  const auto topology = machine.Build();
  EXPECT_EQ(Between(*topology, "numa:1", "memory:5"),
            (std::vector<std::string>{"numa:1 memory:5 5GB/s"}));
  EXPECT_EQ(LeastTight(*topology, {"numa:1", "memory:5"}, 6), 5'000'000'000);
  EXPECT_FALSE(LeastTight(*topology, {"numa:1", "memory:1"}, 6));
}

TEST(TightLinks, AmpleMachine_HasNone) {
  const auto topology = BenchMachine().Build();
  EXPECT_FALSE(LeastTight(*topology, {"numa:0", "accelerator:a"}, 16));
  EXPECT_EQ(LeastTight(*topology, {"numa:0", "accelerator:a"}, 17),
            16'000'000'000);
}

TEST(TightLinks, SlowDeviceThatIsNoPlace_DoesNotMatter) {
  const auto topology =
      BenchMachine()
          .Link("root-port:1", "switch-port:slow", LinkKind::kPcie, 1, 100)
          .Link("switch-port:slow", "pci:slow", LinkKind::kPcie, 1, 100)
          .Relation("accelerator:slow", "pci:slow",
                    RelationKind::kAcceleratorOf)
          .Build();
  EXPECT_FALSE(LeastTight(*topology, {"numa:0", "accelerator:a"}, 10));
  EXPECT_EQ(LeastTight(*topology, {"numa:0", "accelerator:slow"}, 10),
            1'000'000'000);
}

}  // namespace
}  // namespace acceld::placement
