// The machines of configs/hosts: each satisfies the published schema, parses,
// builds without a fault, and gives the summary that is kept beside this test
// (golden/HOST.txt: a changed number or place shows as a changed line).
#include <gtest/gtest.h>

#include <array>
#include <map>
#include <string>

#include "base/json.h"
#include "graph/machine_document.h"
#include "graph/topology.h"
#include "probes/machine_document.h"
#include "tests/support/json_schema.h"
#include "tests/support/read_file.h"

namespace acceld::graph {
namespace {

std::string ReadHost(const std::string& name) {
  return acceld::testing::ReadFile("configs/hosts/" + name + ".json");
}

bool SatisfiesSchema(const std::string& text) {
  static const acceld::testing::JsonSchema kSchema(
      "configs/schema/machine.schema.json");
  return kSchema.Accepts(text);
}

std::shared_ptr<const Topology> BuildHost(const std::string& name) {
  auto facts = probes::ParseMachineText(ReadHost(name));
  EXPECT_TRUE(facts) << facts.error().message;
  if (!facts) return Topology::Build({}, 1);
  return Topology::Build(*std::move(facts), 1);
}

bool IsListed(VertexKind kind) {
  return kind == VertexKind::kNumaNode || kind == VertexKind::kAccelerator ||
         kind == VertexKind::kEngine || kind == VertexKind::kNic ||
         kind == VertexKind::kMemoryTarget;
}

// Counts of each kind, then one line for each two listed things.
std::string Summary(const Topology& topology) {
  std::map<VertexKind, int> counts;
  for (const Vertex& vertex : topology.vertices()) ++counts[vertex.kind];
  std::string text;
  for (const auto& [kind, count] : counts) {
    text += std::string(Name(kind)) + " " + std::to_string(count) + "\n";
  }
  text += "links " + std::to_string(topology.links().size()) + "\nrelations " +
          std::to_string(topology.relations().size()) + "\n";
  for (const Vertex& a : topology.vertices()) {
    for (const Vertex& b : topology.vertices()) {
      if (!IsListed(a.kind) || !IsListed(b.kind) || b.id <= a.id) continue;
      text += a.key + " " + b.key + " ";
      const auto distance = topology.DistanceBetween(a.id, b.id);
      text += !distance ? "unreachable\n"
                        : ToString(distance->latency) + " " +
                              (distance->bandwidth == kUnlimited
                                   ? "unlimited"
                                   : ToString(distance->bandwidth)) +
                              " " + std::to_string(distance->hops) + " " +
                              std::string(Name(distance->locality)) + "\n";
    }
  }
  return text;
}

class DescribedHost : public ::testing::TestWithParam<const char*> {};

TEST_P(DescribedHost, SatisfiesTheSchema) {
  EXPECT_TRUE(SatisfiesSchema(ReadHost(GetParam())));
}

TEST_P(DescribedHost, BuildsWithoutFaults) {
  const auto topology = BuildHost(GetParam());
  EXPECT_FALSE(topology->vertices().empty());
  for (const probes::Fault& fault : topology->faults()) {
    ADD_FAILURE() << fault.where << ": " << fault.what;
  }
}

TEST_P(DescribedHost, GivesTheGoldenSummary) {
  const std::string golden =
      "tests/unit/graph/golden/" + std::string(GetParam()) + ".txt";
  const std::string summary = Summary(*BuildHost(GetParam()));
  EXPECT_EQ(summary, acceld::testing::ReadFile(golden)) << "the summary now:\n"
                                                        << summary;
}

TEST_P(DescribedHost, ExportSatisfiesTheSchemaAndRoundTrips) {
  const auto topology = BuildHost(GetParam());
  const std::string text = PrintJson(MachineDocument(*topology));
  EXPECT_TRUE(SatisfiesSchema(text));
  auto facts = probes::ParseMachineText(text);
  ASSERT_TRUE(facts) << facts.error().message;
  EXPECT_EQ(PrintJson(MachineDocument(*Topology::Build(*std::move(facts), 1))),
            text);
}

INSTANTIATE_TEST_SUITE_P(Each, DescribedHost,
                         ::testing::Values("dgx-1v", "dsa-gpu-2s",
                                           "grace-hopper-like", "nvswitch-8gpu",
                                           "shared-hbm"));

TEST(SharedHbm_AcceleratorsOfTwoSockets, AreNearestThroughTheHbm) {
  const auto topology = BuildHost("shared-hbm");
  const auto id = [&](std::string_view key) { return *topology->Find(key); };
  const auto through = [&](std::string_view decompressor,
                           std::string_view npu) {
    const VertexId hbm = id("memory:2");
    return topology->CostBetween(id(decompressor), hbm).latency +
           topology->CostBetween(hbm, id(npu)).latency;
  };
  const Nanoseconds best =
      through("accelerator:hisi_zip-0", "accelerator:accel1");
  EXPECT_LT(best, through("accelerator:hisi_zip-0", "accelerator:accel0"));
  EXPECT_LT(best, through("accelerator:hisi_zip-1", "accelerator:accel1"));
  EXPECT_LT(best, through("accelerator:hisi_zip-1", "accelerator:accel0"));
  // A tree says otherwise.
  EXPECT_GT(topology->LocalityOf(id("accelerator:hisi_zip-0"),
                                 id("accelerator:accel1")),
            topology->LocalityOf(id("accelerator:hisi_zip-0"),
                                 id("accelerator:accel0")));
}

TEST(MachineSchema_BrokenDocuments, AreRefused) {
  constexpr std::array kBroken{
      R"({"version": 1})",
      R"({"format": "acceld-machine", "version": 2})",
      R"({"format": "acceld-machine", "version": 1, "nodes": []})",
      R"({"format": "acceld-machine", "version": 1,
          "entities": [{"key": "numa 0", "kind": "numa"}]})",
      R"({"format": "acceld-machine", "version": 1,
          "entities": [{"key": "numa:0", "kind": "cpu"}]})",
      R"({"format": "acceld-machine", "version": 1,
          "entities": [{"key": "numa:0", "kind": "numa",
                        "attributes": {"memory": 1.5}}]})",
      R"({"format": "acceld-machine", "version": 1,
          "links": [{"from": "a", "to": "b", "kind": "pcie",
                     "bandwidth": "fast"}]})",
      R"({"format": "acceld-machine", "version": 1,
          "relations": [{"from": "a", "kind": "contains"}]})"};
  for (const char* text : kBroken) {
    EXPECT_FALSE(SatisfiesSchema(text)) << text;
    EXPECT_FALSE(probes::ParseMachineText(text)) << text;
  }
}

}  // namespace
}  // namespace acceld::graph
