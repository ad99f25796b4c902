// Distances on a machine small enough to work them out by hand:
//
//   memory:0 -90ns- numa:0 ---70ns--- numa:1 -90ns- memory:1
//                     |30                |30
//               host-bridge:0      host-bridge:1
//                     |100               |100
//               root-port:0        root-port:1
//                /150      \150          |150
//            pci:0        pci:1        pci:2
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "graph/topology.h"
#include "tests/support/machine_facts.h"

namespace acceld::graph {
namespace {

using testing::MachineFacts;

MachineFacts TwoSockets() {
  MachineFacts machine;
  machine.Link("numa:0", "numa:1", LinkKind::kSocketLink, 20, 70);
  for (const std::string n : {"0", "1"}) {
    machine.Relation("package:" + n, "numa:" + n, RelationKind::kContains);
    machine.Relation("memory:" + n, "numa:" + n, RelationKind::kMemoryOf);
    machine.Link("numa:" + n, "memory:" + n, LinkKind::kMemoryBus, 100, 90);
    machine.Link("numa:" + n, "host-bridge:" + n, LinkKind::kOnDie, 200, 30);
    machine.Link("host-bridge:" + n, "root-port:" + n, LinkKind::kPcie, 64,
                 100);
  }
  machine.Link("root-port:0", "pci:0", LinkKind::kPcie, 32, 150);
  machine.Link("root-port:0", "pci:1", LinkKind::kPcie, 16, 150);
  machine.Link("root-port:1", "pci:2", LinkKind::kPcie, 32, 150);
  for (const std::string n : {"0", "1", "2"}) {
    machine.Relation("accelerator:" + n, "pci:" + n,
                     RelationKind::kAcceleratorOf);
  }
  return machine;
}

VertexId Id(const Topology& topology, std::string_view key) {
  const auto id = topology.Find(key);
  EXPECT_TRUE(id.has_value()) << key;
  return id.value_or(VertexId(0));
}

std::optional<Distance> Between(const Topology& topology, std::string_view from,
                                std::string_view to) {
  return topology.DistanceBetween(Id(topology, from), Id(topology, to));
}

std::vector<std::string> PathKeys(const Topology& topology,
                                  const Distance& distance) {
  std::vector<std::string> keys;
  for (VertexId id : distance.path) keys.push_back(topology.vertex(id).key);
  return keys;
}

TEST(DistanceBetween_UnderOneRootPort, AddsLatencyAndTakesNarrowestLink) {
  const auto topology = TwoSockets().Build();
  const auto distance = Between(*topology, "pci:0", "pci:1");
  ASSERT_TRUE(distance);
  EXPECT_EQ(distance->latency, Nanoseconds(300));
  EXPECT_EQ(distance->bandwidth, BytesPerSecond(16'000'000'000));
  EXPECT_EQ(distance->hops, 2);
  EXPECT_EQ(distance->locality, Locality::kSameRootPort);
  EXPECT_EQ(distance->evidence, Evidence::kMeasured);
  EXPECT_EQ(PathKeys(*topology, *distance),
            (std::vector<std::string>{"pci:0", "root-port:0", "pci:1"}));
}

TEST(DistanceBetween_AcrossSockets, GoesOverTheSocketLink) {
  const auto topology = TwoSockets().Build();
  const auto distance = Between(*topology, "accelerator:0", "accelerator:2");
  ASSERT_TRUE(distance);
  EXPECT_EQ(distance->latency,
            Nanoseconds(150 + 100 + 30 + 70 + 30 + 100 + 150));
  EXPECT_EQ(distance->bandwidth, BytesPerSecond(20'000'000'000));
  EXPECT_EQ(distance->hops, 7);
  EXPECT_EQ(distance->locality, Locality::kCrossPackage);
  EXPECT_EQ(distance->evidence, Evidence::kFirmware);  // accelerator-of
}

TEST(DistanceBetween_Itself, IsNothingAndUnlimited) {
  const auto topology = TwoSockets().Build();
  const auto distance = Between(*topology, "accelerator:0", "accelerator:0");
  ASSERT_TRUE(distance);
  EXPECT_EQ(distance->latency, Nanoseconds(0));
  EXPECT_EQ(distance->bandwidth, kUnlimited);
  EXPECT_EQ(distance->path.size(), 1U);
  EXPECT_EQ(distance->locality, Locality::kSameDevice);
}

TEST(DistanceBetween_NoWay, IsNothing) {
  MachineFacts machine = TwoSockets();
  machine.Thing("accelerator:lonely");
  const auto topology = machine.Build();
  EXPECT_FALSE(Between(*topology, "numa:0", "accelerator:lonely"));
  EXPECT_FALSE(topology
                   ->CostBetween(Id(*topology, "numa:0"),
                                 Id(*topology, "accelerator:lonely"))
                   .reachable);
}

TEST(DistanceBetween_WidestPath, MayDifferFromTheFastest) {
  MachineFacts machine = TwoSockets();
  machine.Link("numa:0", "fabric-hub:0", LinkKind::kFabric, 90, 500);
  machine.Link("fabric-hub:0", "numa:1", LinkKind::kFabric, 80, 500);
  const auto topology = machine.Build();
  const auto distance = Between(*topology, "numa:0", "numa:1");
  EXPECT_EQ(distance->latency, Nanoseconds(70));
  EXPECT_EQ(distance->bandwidth, BytesPerSecond(80'000'000'000));
  EXPECT_EQ(distance->hops, 1);
}

TEST(DistanceBetween_ThroughAnEnd, IsNoWay) {
  for (const std::string end :
       {"accelerator:x", "engine:x", "memory:x", "nic:x", "storage:x"}) {
    MachineFacts machine;
    machine.Link("numa:0", end, LinkKind::kOnDie, 1, 1);
    machine.Link(end, "numa:1", LinkKind::kOnDie, 1, 1);
    const auto topology = machine.Build();
    EXPECT_FALSE(Between(*topology, "numa:0", "numa:1")) << end;
    EXPECT_TRUE(Between(*topology, "numa:0", end)) << end;
    EXPECT_TRUE(Between(*topology, end, "numa:1")) << end;
  }
}

TEST(DistanceBetween_DeviceMemory, IsReachedThroughItsDevice) {
  MachineFacts machine = TwoSockets();
  machine.Link("accelerator:0", "memory:vram", LinkKind::kOnDie, 1000, 40);
  machine.Relation("accelerator:0", "memory:vram", RelationKind::kSharesMemory);
  const auto topology = machine.Build();
  const auto in = Between(*topology, "accelerator:1", "memory:vram");
  const auto out = Between(*topology, "memory:vram", "accelerator:1");
  ASSERT_TRUE(in && out);
  EXPECT_EQ(in->latency, Nanoseconds(340));
  EXPECT_EQ(out->latency, Nanoseconds(340));
  EXPECT_EQ(out->bandwidth, BytesPerSecond(16'000'000'000));
  EXPECT_EQ(
      PathKeys(*topology, *out),
      (std::vector<std::string>{"memory:vram", "accelerator:0", "pci:0",
                                "root-port:0", "pci:1", "accelerator:1"}));
}

TEST(DistanceBetween_SystemMemory, IsNotReachedThroughADevice) {
  MachineFacts machine = TwoSockets();
  machine.Link("accelerator:0", "memory:0", LinkKind::kFabric, 500, 1);
  const auto topology = machine.Build();
  EXPECT_EQ(Between(*topology, "accelerator:0", "memory:0")->latency,
            Nanoseconds(1));
  EXPECT_EQ(Between(*topology, "pci:0", "memory:0")->latency,
            Nanoseconds(150 + 100 + 30 + 90));
}

TEST(DistanceBetween_MemoryOfANode, IsNotReachedThroughASharer) {
  MachineFacts machine = TwoSockets();
  machine.Relation("accelerator:0", "memory:1", RelationKind::kSharesMemory);
  machine.Link("accelerator:0", "memory:1", LinkKind::kFabric, 500, 1);
  const auto topology = machine.Build();
  EXPECT_EQ(Between(*topology, "numa:0", "memory:1")->latency,
            Nanoseconds(70 + 90));
}

TEST(DistanceBetween_Engines, AreThoseOfTheirAccelerator) {
  MachineFacts machine = TwoSockets();
  machine.Relation("engine:a", "accelerator:0", RelationKind::kEngineOf);
  machine.Relation("engine:b", "accelerator:0", RelationKind::kEngineOf);
  const auto topology = machine.Build();
  for (const std::string to : {"numa:1", "accelerator:2", "memory:0"}) {
    EXPECT_EQ(Between(*topology, "engine:a", to)->latency,
              Between(*topology, "accelerator:0", to)->latency);
    EXPECT_EQ(Between(*topology, to, "engine:b")->bandwidth,
              Between(*topology, to, "accelerator:0")->bandwidth);
  }
  EXPECT_EQ(Between(*topology, "engine:a", "engine:b")->latency,
            Nanoseconds(0));
  EXPECT_EQ(Between(*topology, "engine:a", "engine:b")->path.size(), 3U);
}

TEST(DistanceBetween_StatedPair, StandsAboveTheLinks) {
  MachineFacts machine = TwoSockets();
  machine.Relation("numa:0", "memory:1", RelationKind::kAccess);
  const Provenance from{Evidence::kFirmware, "HMAT"};
  machine.facts().relations.back().attributes = {
      {"read_latency", Nanoseconds(200), from},
      {"read_bandwidth", BytesPerSecond(81'920'000'000), from}};
  const auto topology = machine.Build();
  for (const bool reverse : {false, true}) {
    const auto distance = reverse ? Between(*topology, "memory:1", "numa:0")
                                  : Between(*topology, "numa:0", "memory:1");
    ASSERT_TRUE(distance);
    EXPECT_EQ(distance->latency, Nanoseconds(200));
    EXPECT_EQ(distance->bandwidth, BytesPerSecond(81'920'000'000));
    EXPECT_EQ(distance->hops, 2);
    EXPECT_EQ(distance->evidence, Evidence::kFirmware);
  }
}

TEST(CostBetween_EveryPair, AgreesWithDistanceBetween) {
  MachineFacts machine = TwoSockets();
  machine.Relation("engine:a", "accelerator:0", RelationKind::kEngineOf);
  const auto topology = machine.Build();
  for (const Vertex& a : topology->vertices()) {
    for (const Vertex& b : topology->vertices()) {
      const auto distance = topology->DistanceBetween(a.id, b.id);
      const Topology::Cost cost = topology->CostBetween(a.id, b.id);
      ASSERT_EQ(cost.reachable, distance.has_value());
      if (!distance) continue;
      EXPECT_EQ(cost.latency, distance->latency);
      EXPECT_EQ(cost.bandwidth, distance->bandwidth);
      EXPECT_EQ(distance->path.front(), a.id);
      EXPECT_EQ(distance->path.back(), b.id);
    }
  }
}

}  // namespace
}  // namespace acceld::graph
