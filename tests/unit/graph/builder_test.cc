#include "graph/builder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/support/machine_facts.h"

namespace acceld::graph {
namespace {

using testing::MachineFacts;

std::vector<std::string> Keys(const Parts& parts) {
  std::vector<std::string> keys;
  for (const Vertex& vertex : parts.vertices) keys.push_back(vertex.key);
  return keys;
}

std::vector<std::string> FaultPlaces(const Parts& parts) {
  std::vector<std::string> places;
  for (const probes::Fault& fault : parts.faults) places.push_back(fault.where);
  return places;
}

TEST(ResolveFacts_Entities, AreOrderedByKindThenNaturally) {
  MachineFacts machine;
  machine.Thing("numa:10").Thing("pci:0000:10:00.0").Thing("numa:2");
  machine.Thing("pci:0000:0a:00.0").Thing("package:0");
  EXPECT_EQ(Keys(ResolveFacts(machine.facts())),
            (std::vector<std::string>{"package:0", "numa:2", "numa:10",
                                      "pci:0000:0a:00.0", "pci:0000:10:00.0"}));
}

TEST(ResolveFacts_Entities, StatedTwiceIsOneWithoutFault) {
  MachineFacts machine;
  machine.Thing("numa:0").Thing("numa:0");
  const Parts parts = ResolveFacts(machine.facts());
  EXPECT_EQ(parts.vertices.size(), 1U);
  EXPECT_TRUE(parts.faults.empty());
}

TEST(ResolveFacts_Entities, KindConflictKeepsFirstAndFaults) {
  MachineFacts machine;
  machine.facts().AddEntity("x:0", VertexKind::kNic);
  machine.facts().AddEntity("x:0", VertexKind::kStorage);
  const Parts parts = ResolveFacts(machine.facts());
  ASSERT_EQ(parts.vertices.size(), 1U);
  EXPECT_EQ(parts.vertices[0].kind, VertexKind::kNic);
  EXPECT_EQ(FaultPlaces(parts), std::vector<std::string>{"x:0"});
  EXPECT_EQ(parts.faults[0].code, ErrorCode::kCorruptInput);
}

TEST(ResolveFacts_Entities, BadKeyIsAFault) {
  MachineFacts machine;
  machine.facts().AddEntity("numa 0", VertexKind::kNumaNode);
  machine.facts().AddEntity("", VertexKind::kNumaNode);
  const Parts parts = ResolveFacts(machine.facts());
  EXPECT_TRUE(parts.vertices.empty());
  EXPECT_EQ(parts.faults.size(), 2U);
}

TEST(ResolveFacts_Attributes, BetterEvidenceWinsInEitherOrder) {
  for (const bool better_first : {true, false}) {
    MachineFacts machine;
    machine.Thing("numa:0");
    const auto add = [&](bool better) {
      machine.Attribute("numa:0", "capacity", Bytes(better ? 1 : 2),
                        better ? Evidence::kMeasured : Evidence::kAssumed);
    };
    add(better_first);
    add(!better_first);
    const Parts parts = ResolveFacts(machine.facts());
    ASSERT_EQ(parts.vertices[0].attributes.size(), 1U);
    EXPECT_EQ(parts.vertices[0].attributes[0].value, AttributeValue(Bytes(1)));
    EXPECT_TRUE(parts.faults.empty());
  }
}

TEST(ResolveFacts_Attributes, EqualEvidenceContradictingKeepsFirstAndFaults) {
  MachineFacts machine;
  machine.Thing("numa:0");
  machine.Attribute("numa:0", "cpus", std::string("0-3"));
  machine.Attribute("numa:0", "cpus", std::string("4-7"));
  const Parts parts = ResolveFacts(machine.facts());
  EXPECT_EQ(*parts.vertices[0].Get("cpus"), AttributeValue(std::string("0-3")));
  EXPECT_EQ(FaultPlaces(parts), std::vector<std::string>{"numa:0"});
}

TEST(ResolveFacts_Attributes, OfUnknownThingIsAFault) {
  MachineFacts machine;
  machine.Attribute("numa:9", "cpus", std::string("0"));
  EXPECT_EQ(FaultPlaces(ResolveFacts(machine.facts())),
            std::vector<std::string>{"numa:9"});
}

TEST(ResolveFacts_Links, WithoutRatesAreAssumed) {
  MachineFacts machine;
  machine.Thing("numa:0").Thing("numa:1");
  machine.facts().links.push_back(
      {"numa:0", "numa:1", LinkKind::kSocketLink, {}, {}, {}});
  const Parts parts = ResolveFacts(machine.facts());
  ASSERT_EQ(parts.links.size(), 1U);
  EXPECT_GT(parts.links[0].forward.bandwidth.value.value(), 0);
  EXPECT_EQ(parts.links[0].backward.latency.from.evidence, Evidence::kAssumed);
}

TEST(ResolveFacts_Links, PcieBandwidthFollowsFromSpeedAndWidth) {
  MachineFacts machine;
  machine.Thing("root-port:0").Thing("pci:0");
  machine.facts().links.push_back(
      {"root-port:0",
       "pci:0",
       LinkKind::kPcie,
       {},
       {},
       {{"speed", MegaTransfers(16'000), {Evidence::kFirmware, "test"}},
        {"width", Lanes(16), {Evidence::kFirmware, "test"}}}});
  const Parts parts = ResolveFacts(machine.facts());
  EXPECT_EQ(parts.links[0].forward.bandwidth.value.value(), 31'507'000'000);
  EXPECT_EQ(parts.links[0].forward.bandwidth.from.evidence,
            Evidence::kComputed);
}

TEST(ResolveFacts_Links, OneKnownDirectionStandsForTheOther) {
  MachineFacts machine;
  machine.Link("numa:0", "numa:1", LinkKind::kSocketLink, 17, 77);
  machine.facts().links[0].backward = {};
  const Parts parts = ResolveFacts(machine.facts());
  EXPECT_EQ(parts.links[0].backward.latency.value, Nanoseconds(77));
  EXPECT_EQ(parts.links[0].backward.latency.from.evidence, Evidence::kAssumed);
}

TEST(ResolveFacts_Links, StatedFromBothEndsIsOneLink) {
  MachineFacts machine;
  machine.Thing("numa:0").Thing("numa:1");
  const Provenance from{Evidence::kFirmware, "test"};
  const auto half = [&](std::int64_t ns) {
    return probes::LinkRate{{}, Sourced<Nanoseconds>{Nanoseconds(ns), from}};
  };
  machine.facts().links = {
      {"numa:1", "numa:0", LinkKind::kSocketLink, half(10), {}, {}},
      {"numa:0", "numa:1", LinkKind::kSocketLink, half(20), {}, {}}};
  const Parts parts = ResolveFacts(machine.facts());
  ASSERT_EQ(parts.links.size(), 1U);
  EXPECT_EQ(parts.links[0].from, VertexId(0));
  EXPECT_EQ(parts.links[0].forward.latency.value, Nanoseconds(20));
  EXPECT_EQ(parts.links[0].backward.latency.value, Nanoseconds(10));
  EXPECT_TRUE(parts.faults.empty());
}

TEST(ResolveFacts_Links, ToItselfAndToUnknownAreFaults) {
  MachineFacts machine;
  machine.Link("numa:0", "numa:0", LinkKind::kOnDie, 1, 1);
  machine.facts().links.push_back(
      {"numa:0", "numa:9", LinkKind::kOnDie, {}, {}, {}});
  const Parts parts = ResolveFacts(machine.facts());
  EXPECT_TRUE(parts.links.empty());
  EXPECT_EQ(FaultPlaces(parts),
            (std::vector<std::string>{"numa:0 -> numa:0", "numa:0 -> numa:9"}));
}

TEST(ResolveFacts_Links, ImpossibleRatesAreFaultsAndAssumed) {
  MachineFacts machine;
  machine.Link("numa:0", "numa:1", LinkKind::kSocketLink, 0, -5);
  const Parts parts = ResolveFacts(machine.facts());
  ASSERT_EQ(parts.links.size(), 1U);
  EXPECT_GT(parts.links[0].forward.bandwidth.value.value(), 0);
  EXPECT_GE(parts.links[0].forward.latency.value.value(), 0);
  EXPECT_EQ(parts.faults.size(), 4U);
}

TEST(ResolveFacts_Relations, DanglingAndImpossibleAreFaults) {
  MachineFacts machine;
  machine.Thing("numa:0");
  machine.Relation("numa:0", "package:0", RelationKind::kContains);
  machine.facts().AddRelation("engine:0", "accelerator:0",
                              RelationKind::kEngineOf, {});
  const Parts parts = ResolveFacts(machine.facts());
  EXPECT_TRUE(parts.relations.empty());
  EXPECT_EQ(parts.faults.size(), 2U);
}

TEST(ResolveFacts_Relations, StatedTwiceAreMerged) {
  MachineFacts machine;
  machine.Relation("numa:0", "memory:1", RelationKind::kAccess);
  machine.Relation("numa:0", "memory:1", RelationKind::kAccess);
  const Provenance from{Evidence::kFirmware, "test"};
  machine.facts().relations[0].attributes = {{"a", true, from}};
  machine.facts().relations[1].attributes = {{"b", true, from}};
  const Parts parts = ResolveFacts(machine.facts());
  ASSERT_EQ(parts.relations.size(), 1U);
  EXPECT_EQ(parts.relations[0].attributes.size(), 2U);
}

}  // namespace
}  // namespace acceld::graph
