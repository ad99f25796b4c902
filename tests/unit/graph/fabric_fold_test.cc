#include "graph/fabric_fold.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "graph/machine_document.h"
#include "graph/routes.h"
#include "graph/topology.h"
#include "probes/machine_document.h"
#include "tests/support/machine_facts.h"

namespace acceld::graph {
namespace {

using testing::MachineFacts;

std::string Gpu(int number) {
  return "accelerator:gpu" + std::to_string(number);
}

// Fabric links between all of [first, end).
void AddHive(MachineFacts& machine, int first, int end,
             std::int64_t gigabytes = 50, std::int64_t nanoseconds = 201) {
  for (int i = first; i < end; ++i) {
    for (int j = first; j < i; ++j) {
      machine.Link(Gpu(j), Gpu(i), LinkKind::kFabric, gigabytes, nanoseconds);
    }
  }
}

std::size_t CountHubs(const Topology& topology) {
  return static_cast<std::size_t>(std::count_if(
      topology.vertices().begin(), topology.vertices().end(),
      [](const Vertex& v) { return v.kind == VertexKind::kFabricHub; }));
}

std::string Text(const Topology& topology, std::string_view key,
                 std::string_view name) {
  const auto id = topology.Find(key);
  const AttributeValue* value = id ? topology.vertex(*id).Get(name) : nullptr;
  return value == nullptr ? "" : ToText(*value);
}

TEST(FoldFabrics_Hive, IsOneHubWithALinkToEachMember) {
  MachineFacts machine;
  AddHive(machine, 0, 4);
  const auto topology = machine.Thing("iommu:dmar0").Build();
  const std::string hub = "fabric-hub:fabric-gpu0";
  ASSERT_TRUE(topology->Find(hub));
  EXPECT_EQ(Text(*topology, hub, "members"),
            Gpu(0) + "," + Gpu(1) + "," + Gpu(2) + "," + Gpu(3));
  EXPECT_EQ(Text(*topology, hub, "pair_links"), "6");
  ASSERT_EQ(topology->links().size(), 4U);
  for (const Link& link : topology->links()) {
    EXPECT_EQ(link.to, *topology->Find(hub));
    EXPECT_EQ(link.forward.latency.value, Nanoseconds(100));
    EXPECT_EQ(link.backward.latency.value, Nanoseconds(101));
    EXPECT_EQ(link.forward.latency.from.evidence, Evidence::kMeasured);
    EXPECT_EQ(link.forward.bandwidth.from.source,
              "folded from 6 links; e.g. test");
  }
  // Hubs come before IOMMU units: these have new numbers.
  EXPECT_EQ(topology->vertex(*topology->Find("iommu:dmar0")).key,
            "iommu:dmar0");
}

// 2,048 members of links of one rate, and one more: folding them would take
// memory by the square of their number.
TEST(FoldFabrics_MoreMembersThanAnyFabricHas, AreLeftAsTheyAre) {
  MachineFacts machine;
  AddHive(machine, 0, 4);
  constexpr int kMost = 2048;
  for (int i = 4; i < kMost; i += 2) AddHive(machine, i, i + 2);
  EXPECT_EQ(CountHubs(*machine.Build()), 1U);
  AddHive(machine, kMost, kMost + 2);
  const auto topology = machine.Build();
  EXPECT_EQ(CountHubs(*topology), 0U);
  EXPECT_EQ(topology->links().size(), 6U + (kMost - 2) / 2);
}

TEST(FoldFabrics_TwoHives, AreTwoHubs) {
  MachineFacts machine;
  AddHive(machine, 0, 4);
  AddHive(machine, 4, 8);
  const auto topology = machine.Build();
  EXPECT_EQ(CountHubs(*topology), 2U);
  EXPECT_EQ(Text(*topology, "fabric-hub:fabric-gpu4", "pair_links"), "6");
}

TEST(FoldFabrics_IncompleteMesh_StaysLinks, AndSoDoesAPair) {
  MachineFacts machine;
  AddHive(machine, 0, 4);
  machine.facts().links.pop_back();
  AddHive(machine, 4, 6);
  const auto topology = machine.Build();
  EXPECT_EQ(CountHubs(*topology), 0U);
  EXPECT_EQ(topology->links().size(), 6U);
}

TEST(FoldFabrics_OneLinkSlower_StaysLinks, AndSoDoesAnotherAttribute) {
  MachineFacts slow;
  AddHive(slow, 0, 4);
  slow.facts().links[2].forward.latency->value = Nanoseconds(999);
  EXPECT_EQ(CountHubs(*slow.Build()), 0U);
  MachineFacts weighed;
  AddHive(weighed, 0, 4);
  weighed.facts().links[2].attributes.push_back(
      {"weight", std::int64_t{30}, {Evidence::kFirmware, "test"}});
  EXPECT_EQ(CountHubs(*weighed.Build()), 0U);
}

TEST(FoldFabrics_AttributesOfAllLinks_AreThoseOfTheHubs, WithTheirSource) {
  MachineFacts machine;
  AddHive(machine, 0, 3);
  for (auto& link : machine.facts().links) {
    link.attributes.push_back(
        {"weight", std::int64_t{15}, {Evidence::kFirmware, "file"}});
  }
  const auto topology = machine.Build();
  ASSERT_EQ(topology->links().size(), 3U);
  ASSERT_EQ(topology->links()[0].attributes.size(), 1U);
  EXPECT_EQ(topology->links()[0].attributes[0].from.source,
            "folded from 3 links; e.g. file");
}

TEST(FoldFabrics_LinksToMemoryAndNodes_StayAsTheyAre, BeingNoFabricOfDevices) {
  MachineFacts machine;
  for (const char* other : {"memory:hbm", "numa:0"}) {
    machine.Link(Gpu(0), other, LinkKind::kFabric, 50, 201)
        .Link(Gpu(1), other, LinkKind::kFabric, 50, 201);
  }
  machine.Link(Gpu(0), Gpu(1), LinkKind::kFabric, 50, 201)
      .Link("numa:0", "memory:hbm", LinkKind::kFabric, 50, 201);
  EXPECT_EQ(CountHubs(*machine.Build()), 0U);
}

// Eight packages of eight partitions, as a driver states them: pair by pair.
MachineFacts Partitions() {
  MachineFacts machine;
  for (int i = 0; i < 64; ++i) machine.Thing(Gpu(i));
  const auto rate = [](std::int64_t megabytes, std::int64_t nanoseconds) {
    return probes::LinkRate{
        Sourced<BytesPerSecond>{BytesPerSecond(megabytes * 1'000'000),
                                {Evidence::kFirmware, "io_links"}},
        Sourced<Nanoseconds>{Nanoseconds(nanoseconds),
                             {Evidence::kFirmware, "io_links"}}};
  };
  for (int i = 0; i < 64; ++i) {
    for (int j = 0; j < 64; ++j) {
      if (i == j) continue;
      const bool same = i / 8 == j / 8;
      machine.facts().links.push_back(
          {Gpu(i),
           Gpu(j),
           same ? LinkKind::kOnDie : LinkKind::kFabric,
           same ? rate(819'200, 30) : rate(48'000, 201),
           {},
           {}});
    }
  }
  return machine;
}

TEST(FoldFabrics_PartitionsOfEightPackages, AreEightHubsAndOneAboveThem) {
  const auto topology = Partitions().Build();
  EXPECT_EQ(CountHubs(*topology), 9U);
  EXPECT_EQ(topology->links().size(), 128U);
  EXPECT_EQ(Text(*topology, "fabric-hub:on-die-gpu8", "pair_links"), "28");
  EXPECT_EQ(Text(*topology, "fabric-hub:fabric-gpu0", "pair_links"), "1792");
  const auto near = topology->DistanceBetween(*topology->Find(Gpu(8)),
                                              *topology->Find(Gpu(15)));
  EXPECT_EQ(near->latency, Nanoseconds(30));
  EXPECT_EQ(near->bandwidth, BytesPerSecond(819'200'000'000));
  EXPECT_EQ(near->evidence, Evidence::kFirmware);
  const auto far = topology->DistanceBetween(*topology->Find(Gpu(8)),
                                             *topology->Find(Gpu(16)));
  EXPECT_EQ(far->latency, Nanoseconds(201));
  EXPECT_EQ(far->bandwidth, BytesPerSecond(48'000'000'000));
}

// Up to nine accelerators and two nodes, joined by links of few rates, so that
// meshes of several rates overlap with their neighbours.
MachineFacts RandomFabric() {
  MachineFacts machine;
  const int count = *rc::gen::inRange(3, 10);
  const int density = *rc::gen::inRange(1, 40);
  for (int i = 0; i < count; ++i) {
    for (int j = 0; j < i; ++j) {
      const int dice = *rc::gen::inRange(0, density + 3);
      if (dice == 0) continue;
      if (dice == 1) {
        machine.Link(Gpu(i), Gpu(j), LinkKind::kOnDie, 800, 30);
      } else if (dice == 2) {
        machine.Link(Gpu(i), Gpu(j), LinkKind::kFabric, 50, 101);
      } else {
        machine.Link(Gpu(i), Gpu(j), LinkKind::kFabric, 50, 201);
      }
    }
    machine.Link("numa:" + std::to_string(i % 2), Gpu(i), LinkKind::kPcie,
                 *rc::gen::element(10, 100), *rc::gen::element(20, 400));
    if (*rc::gen::inRange(0, 2) == 0) {
      machine.Link(Gpu(i), "fabric-hub:switch", LinkKind::kFabric,
                   *rc::gen::element(40, 60), *rc::gen::element(100, 101));
    }
  }
  machine.Link("numa:0", "numa:1", LinkKind::kSocketLink, 40, 100);
  return machine;
}

TEST(FoldFabrics_OnRandomFabrics, KeepsEachDistanceBetweenTwoOfBefore) {
  EXPECT_TRUE(rc::check([] {
    const Parts before = ResolveFacts(RandomFabric().facts());
    Parts after = before;
    FoldFabrics(after);
    RC_CLASSIFY(after.vertices.size() > before.vertices.size());
    const Routes was(before.vertices, before.links, before.relations);
    const Routes is(after.vertices, after.links, after.relations);
    std::vector<VertexId> moved;  // by id before: the id after
    for (const Vertex& vertex : before.vertices) {
      const auto found = std::find_if(
          after.vertices.begin(), after.vertices.end(),
          [&](const Vertex& other) { return other.key == vertex.key; });
      RC_ASSERT(found != after.vertices.end());
      moved.push_back(found->id);
    }
    for (const Vertex& a : before.vertices) {
      for (const Vertex& b : before.vertices) {
        const RouteCost x = was.CostBetween(a.id, b.id);
        const RouteCost y =
            is.CostBetween(moved[a.id.value()], moved[b.id.value()]);
        RC_ASSERT(x.latency == y.latency);
        RC_ASSERT(x.bandwidth == y.bandwidth);
      }
    }
  }));
}

TEST(FoldFabrics_ExportedAndReadAgain, IsTheSame) {
  EXPECT_TRUE(rc::check([] {
    const auto topology = RandomFabric().Build();
    const Document document = MachineDocument(*topology);
    auto facts = probes::ParseMachine(document);
    RC_ASSERT(facts.has_value());
    RC_ASSERT(MachineDocument(*Topology::Build(*std::move(facts), 1)) ==
              document);
  }));
}

}  // namespace
}  // namespace acceld::graph
