#include "graph/machine_document.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "graph/topology.h"
#include "probes/machine_document.h"
#include "tests/support/machine_facts.h"

namespace acceld::graph {
namespace {

using testing::MachineFacts;

// Every type of attribute, every evidence, both directions, a fault.
MachineFacts Everything() {
  MachineFacts machine;
  machine.Link("numa:0", "memory:0", LinkKind::kMemoryBus, 100, 90);
  machine.facts().links[0].backward.latency->value = Nanoseconds(95);
  machine.facts().links[0].attributes = {
      {"width", Lanes(16), {Evidence::kFirmware, "/sys/a"}},
      {"max_speed", MegaTransfers(2500), {Evidence::kFirmware, "/sys/b"}}};
  machine.Relation("numa:0", "memory:0", RelationKind::kAccess);
  machine.facts().relations[0].attributes = {
      {"read_latency", Nanoseconds(110), {Evidence::kFirmware, "HMAT"}}};
  machine.Attribute("numa:0", "cpus", std::string("0-3"));
  machine.Attribute("numa:0", "memory", Bytes(3'000'000'001),
                    Evidence::kMeasured);
  machine.Attribute("numa:0", "flag", true, Evidence::kComputed);
  machine.Attribute("numa:0", "number", std::int64_t{-7}, Evidence::kAssumed);
  machine.Attribute("numa:0", "list", std::vector<std::string>{"a", "b"});
  machine.Attribute("numa:0", "none", std::vector<std::string>{});
  machine.Attribute("numa:0", "limit", BytesPerSecond(12));   // typed
  machine.Attribute("numa:0", "speed", std::string("fast"));  // not a speed
  machine.facts().AddFault("/sys/x", Error{ErrorCode::kIo, "broken", 5});
  return machine;
}

TEST(MachineDocument_Everything, SurvivesTheRoundTrip) {
  const auto topology = Everything().Build();
  const std::string text =
      PrintJson(MachineDocument(*topology), JsonStyle::kPretty);
  auto facts = probes::ParseMachineText(text);
  ASSERT_TRUE(facts) << facts.error().message;
  const auto again = Topology::Build(*std::move(facts), topology->generation());
  EXPECT_EQ(PrintJson(MachineDocument(*again), JsonStyle::kPretty), text);
  EXPECT_EQ(again->faults().size(), 1U);
  const Vertex& node = again->vertex(*again->Find("numa:0"));
  EXPECT_EQ(node.attributes,
            topology->vertex(*topology->Find("numa:0")).attributes);
}

TEST(MachineDocument_HiddenVertex, VanishesWithItsLinksAndAllFaults) {
  const auto topology = Everything().Build();
  ExportOptions options;
  options.shows = [](const Vertex& vertex) { return vertex.key != "memory:0"; };
  const std::string text = PrintJson(MachineDocument(*topology, options));
  EXPECT_EQ(text.find("memory:0"), std::string::npos);
  EXPECT_EQ(text.find("/sys/x"), std::string::npos);
  EXPECT_TRUE(probes::ParseMachineText(text));
}

// A machine that has no faults reads the same: that some are kept back would
// tell that something is.
TEST(MachineDocument_HiddenVertex, LeavesTheListOfFaultsThere) {
  const auto topology = Everything().Build();
  ExportOptions options;
  options.shows = [](const Vertex& vertex) { return vertex.key != "memory:0"; };
  const Document document = MachineDocument(*topology, options);
  ASSERT_NE(document.Find("faults"), nullptr);
  EXPECT_TRUE(document.Find("faults")->AsArray()->empty());
}

TEST(MachineDocument_OfTheMoment, StandsInPlaceOfWhatTheSnapshotSays) {
  const auto topology = Everything().Build();
  ExportOptions options;
  options.now = [](const Vertex& vertex) {
    std::vector<Attribute> now;
    if (vertex.key != "numa:0") return now;
    now.push_back(
        {"cpus", std::string("4"), {Evidence::kMeasured, "somebody"}});
    now.push_back({"new", true, {Evidence::kMeasured, "somebody"}});
    return now;
  };
  const auto facts = probes::ParseMachine(MachineDocument(*topology, options));
  ASSERT_TRUE(facts) << facts.error().message;
  const auto again = Topology::Build(*facts, 1);
  const Vertex& node = again->vertex(*again->Find("numa:0"));
  EXPECT_EQ(ToText(*node.Get("cpus")), "4");
  EXPECT_EQ(ToText(*node.Get("new")), "true");
  EXPECT_EQ(ToText(*node.Get("number")), "-7");
}

TEST(MachineDocument_KindFilter, KeepsOnlyThoseKinds) {
  const auto topology = Everything().Build();
  const Document document =
      MachineDocument(*topology, {.kinds = {VertexKind::kNumaNode}});
  EXPECT_EQ(document.Find("entities")->AsArray()->size(), 1U);
  EXPECT_TRUE(document.Find("links")->AsArray()->empty());
  EXPECT_EQ(document.Find("faults")->AsArray()->size(), 1U);
}

constexpr std::string_view kByHand = R"({
  "format": "acceld-machine", "version": 1, "name": "toy",
  "entities": [
    {"key": "numa:0", "kind": "numa",
     "attributes": {"memory": "16GiB", "power": "1.5kW",
                    "cpus": {"value": "0-3", "evidence": "firmware"},
                    "pasid_width": 20}},
    {"key": "memory:0", "kind": "memory"}],
  "links": [{"from": "numa:0", "to": "memory:0", "kind": "memory-bus",
             "bandwidth": "32GB/s", "latency": "150ns",
             "backward": {"latency": "160ns"}}]
})";

TEST(ParseMachine_ByHand, TypesFollowFromNamesAndSourcesAreAssumed) {
  auto facts = probes::ParseMachineText(kByHand);
  ASSERT_TRUE(facts) << facts.error().message;
  const auto topology = Topology::Build(*std::move(facts), 1);
  const Vertex& node = topology->vertex(*topology->Find("numa:0"));
  const Attribute* memory = node.Find("memory");
  ASSERT_NE(memory, nullptr);
  EXPECT_EQ(memory->value, AttributeValue(Bytes(std::int64_t{16} << 30)));
  EXPECT_EQ(memory->from, (Provenance{Evidence::kAssumed, "described by toy"}));
  EXPECT_EQ(node.Find("cpus")->from.evidence, Evidence::kFirmware);
  EXPECT_EQ(*node.Get("pasid_width"), AttributeValue(std::int64_t{20}));
  EXPECT_EQ(*node.Get(attr::kPower), AttributeValue(Microwatts(1'500'000'000)));
  const Link& link = topology->links()[0];
  EXPECT_EQ(link.forward.latency.value, Nanoseconds(150));
  EXPECT_EQ(link.backward.latency.value, Nanoseconds(160));
  EXPECT_EQ(link.backward.bandwidth.value, BytesPerSecond(32'000'000'000));
}

struct Mistake {
  std::string_view text;  // what to put in place of `instead_of`
  std::string_view instead_of;
  std::string_view pointer;  // where the complaint must point
};

class ParseMachineMistakes : public ::testing::TestWithParam<Mistake> {};

TEST_P(ParseMachineMistakes, AreNamedByPointer) {
  std::string text(kByHand);
  const std::size_t at = text.find(GetParam().instead_of);
  ASSERT_NE(at, std::string::npos);
  text.replace(at, GetParam().instead_of.size(), GetParam().text);
  const auto facts = probes::ParseMachineText(text);
  ASSERT_FALSE(facts);
  EXPECT_EQ(facts.error().code, ErrorCode::kInvalidArgument);
  EXPECT_NE(facts.error().message.find(GetParam().pointer), std::string::npos)
      << facts.error().message;
}

INSTANTIATE_TEST_SUITE_P(
    Each, ParseMachineMistakes,
    ::testing::Values(
        Mistake{"acceld-mashine", "acceld-machine", "/format:"},
        Mistake{"\"version\": 2", "\"version\": 1", "/version:"},
        Mistake{"\"nome\"", "\"name\"", "/nome:"},
        Mistake{"numa 0", "numa:0", "/entities/0/key:"},
        Mistake{"\"kind\": \"node\"", "\"kind\": \"numa\"",
                "/entities/0/kind:"},
        Mistake{"16 gigs", "16GiB", "/entities/0/attributes/memory:"},
        Mistake{"1.5", "20", "/entities/0/attributes/pasid_width:"},
        Mistake{"[1]", "20", "/entities/0/attributes/pasid_width:"},
        Mistake{"\"evidense\"", "\"evidence\"",
                "/entities/0/attributes/cpus/evidense:"},
        Mistake{"\"guess\"", "\"firmware\"",
                "/entities/0/attributes/cpus/evidence:"},
        Mistake{"\"volume\": \"0-3\"", "\"value\": \"0-3\"",
                "/entities/0/attributes/cpus:"},
        Mistake{"\"to\": \"memory:9\"", "\"to\": \"memory:0\"", "/links/0/to:"},
        Mistake{"\"to\": \"numa:0\"", "\"to\": \"memory:0\"", "/links/0/to:"},
        Mistake{"\"0B/s\"", "\"32GB/s\"", "/links/0/bandwidth:"},
        Mistake{"32", "\"32GB/s\"", "/links/0/bandwidth:"},
        Mistake{"\"widthband\"", "\"bandwidth\"", "/links/0/widthband:"},
        Mistake{"\"key\": \"numa:0\"", "\"key\": \"memory:0\"",
                "/entities/1/key:"}));

TEST(ParseMachine_NotAnObject, IsInvalid) {
  EXPECT_FALSE(probes::ParseMachine(Document("text")));
  EXPECT_FALSE(probes::ParseMachineText("[]"));
  EXPECT_FALSE(probes::ParseMachineText("{"));
}

}  // namespace
}  // namespace acceld::graph
