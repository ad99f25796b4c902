// The links of the machine have room for all the traffic that a request states.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <variant>
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

// On the bench machine a and b share an uplink of 16 GB/s; c has its own.
Planning Plan(const std::string& json) {
  return Planning(RequestOf(json), BenchMachine().Build());
}

std::string DevicesOf(const Planning& plan) {
  std::string keys;
  for (const StageAssignment& one : plan.Best().placement.stages) {
    keys.append(keys.empty() ? "" : " ").append(plan.Key(one.device));
  }
  return keys;
}

bool Fits(const Planning& plan) {
  const Outcome outcome = plan.Solve();
  if (const auto* solved = std::get_if<Solved>(&outcome)) {
    EXPECT_TRUE(plan.Verify(solved->placement));
    return true;
  }
  EXPECT_TRUE(std::holds_alternative<Infeasible>(outcome));
  return false;
}

void Silence(Request& request) {
  for (PipelineLink& link : request.links) link.traffic_stated = false;
}

// x and y, which want to be near each other, fed by the CPUs of node 0.
Planning TwoFeeds(const std::string& rate, const std::string& rest = "") {
  return Plan(R"({"stages": [
        {"name": "x", "function": "copy", "sharing": "exclusive"},
        {"name": "y", "function": "copy", "sharing": "exclusive"}],
      "links": [{"from": "host", "to": "x", "traffic": ")" +
              rate + R"("}, {"from": "host", "to": "y", "traffic": ")" + rate +
              R"("}, {"from": "x", "to": "y"}],
      "client": {"cpus": "0"})" +
              rest + "}");
}

// One stage on device a, with these links.
Planning OnDeviceA(const std::string& links) {
  return Plan(R"({"stages": [{"name": "x", "function": "copy",
        "select": [{"attribute": "iommu_group", "equals": 1}]}],
      "links": [)" +
              links + R"(], "client": {"cpus": "0"}})");
}

TEST(LinkCapacity, FlowsThatFitTogether_ShareTheUplink) {
  EXPECT_EQ(DevicesOf(TwoFeeds("8GB/s")), "accelerator:a accelerator:b");
}

TEST(LinkCapacity, FlowsThatFitOnlyAlone_AreApart) {
  const Planning plan = TwoFeeds("10GB/s");
  EXPECT_EQ(DevicesOf(plan), "accelerator:c accelerator:a");
  EXPECT_TRUE(plan.Verify(plan.Best().placement));
}

TEST(LinkCapacity, SilentTraffic_LoadsNothing) {
  Planning plan = TwoFeeds("10GB/s");
  Silence(plan.request);
  EXPECT_EQ(DevicesOf(plan), "accelerator:a accelerator:b");
  const Placement placement = plan.Best().placement;
  EXPECT_TRUE(plan.Verify(placement));
  plan.request.links[0].traffic_stated = true;
  EXPECT_TRUE(plan.Verify(placement));
  plan.request.links[1].traffic_stated = true;
  EXPECT_FALSE(plan.Verify(placement));
}

TEST(LinkCapacity, DefaultOfASilentRequest_LoadsNothing) {
  const auto request = RequestOf(
      R"({"stages": [{"name": "x", "function": "copy"}],
          "links": [{"from": "host", "to": "x"},
                    {"from": "x", "to": "host", "traffic": "1GB/s"}]})");
  EXPECT_FALSE(request.links[0].traffic_stated);
  EXPECT_TRUE(request.links[1].traffic_stated);
  EXPECT_EQ(request.links[0].traffic, request.links[1].traffic);
}

TEST(LinkCapacity, FlowsThatMustShareALink_AreRefusedByName) {
  const Planning plan = TwoFeeds("10GB/s", R"(,
      "constraints": [{"same": "numa", "stages": ["x", "y"]}])");
  const Outcome outcome = plan.Solve();
  const auto* refused = std::get_if<Infeasible>(&outcome);
  ASSERT_NE(refused, nullptr);
  const auto& conflict = refused->refusal.conflict;
  ASSERT_EQ(conflict.size(), 3U);
  EXPECT_TRUE(refused->refusal.minimal);
  EXPECT_EQ(conflict[0].pointer, "/links/0/traffic");
  EXPECT_EQ(conflict[1].pointer, "/links/1/traffic");
  EXPECT_EQ(conflict[2].pointer, "/constraints/0");
  EXPECT_EQ(conflict[0].kind, "traffic");
  EXPECT_EQ(conflict[0].text,
            "link host -> x: room for 10GB/s on every link: root-port:0 -> "
            "switch-port:up has 16GB/s, and 20GB/s would go over it");
  EXPECT_EQ(conflict[0].fits_without, true);
  EXPECT_EQ(conflict[0].fits_with, "6GB/s");
}

TEST(LinkCapacity, RoomThatIsNamed_IsRoom) {
  const auto feed = [](const std::string& rate) {
    return Plan(R"({"stages": [{"name": "x", "function": "copy", "count": 3,
          "sharing": "exclusive"}],
        "links": [{"from": "host", "to": "x", "traffic": ")" +
                rate + R"("}], "client": {"cpus": "0"}})");
  };
  const Outcome outcome = feed("31000000001B/s").Solve();
  const auto* refused = std::get_if<Infeasible>(&outcome);
  ASSERT_NE(refused, nullptr);
  const std::string room = refused->refusal.conflict.back().fits_with;
  EXPECT_EQ(room, "24GB/s");  // two of three parts share an uplink
  EXPECT_TRUE(Fits(feed(room)));
}

TEST(LinkCapacity, TrafficThatFits_HasNoPartInAConflict) {
  const Planning plan = TwoFeeds("8GB/s", R"(,
      "constraints": [{"same": "numa", "stages": ["x", "y"]},
                      {"distinct": "numa", "stages": ["x", "y"]}])");
  const Outcome outcome = plan.Solve();
  const auto* refused = std::get_if<Infeasible>(&outcome);
  ASSERT_NE(refused, nullptr);
  for (const ConflictingDemand& one : refused->refusal.conflict) {
    EXPECT_EQ(one.kind, "constraint") << one.text;
  }
}

TEST(LinkCapacity, TooMuchForEveryPath_IsRefused) {
  EXPECT_TRUE(
      Fits(OnDeviceA(R"({"from": "host", "to": "x", "traffic": "16GB/s"})")));
  EXPECT_FALSE(Fits(OnDeviceA(
      R"({"from": "host", "to": "x", "traffic": "16000000001B/s"})")));
}

TEST(LinkCapacity, OppositeDirections_DoNotAddUp) {
  EXPECT_TRUE(Fits(OnDeviceA(
      R"({"from": "host", "to": "x", "traffic": "15GB/s"},
         {"from": "x", "to": "host", "traffic": "15GB/s"})")));
}

TEST(LinkCapacity, SameDirection_AddsUp) {
  const std::string two = R"({"from": "host", "to": "x", "traffic": "8GB/s"},
         {"from": "host", "to": "x", "traffic": ")";
  EXPECT_TRUE(Fits(OnDeviceA(two + R"(8GB/s"})")));
  EXPECT_FALSE(Fits(OnDeviceA(two + R"(9GB/s"})")));
}

TEST(LinkCapacity, Buffer_LoadsTheWayInAndTheWayOut) {
  const auto through_memory = [](const std::string& rate) {
    return OnDeviceA(R"({"from": "host", "to": "x", "traffic": "6GB/s"},
        {"from": "x", "to": "host", "traffic": ")" +
                     rate + R"(",
         "buffer": {"size": "1MiB", "kind": "hbm"}})");
  };
  // HBM is at the other node: 20 GB/s to there and back over the socket link,
  // which the 6 GB/s do not take.
  EXPECT_TRUE(Fits(through_memory("16GB/s")));
  EXPECT_FALSE(Fits(through_memory("17GB/s")));  // out of a
}

TEST(LinkCapacity, Replicas_TakeEqualParts) {
  const auto two = [](const std::string& rate, const std::string& select) {
    return Plan(R"({"stages": [{"name": "x", "function": "copy", "count": 2,
          "sharing": "exclusive")" +
                select + R"(}],
        "links": [{"from": "host", "to": "x", "traffic": ")" +
                rate + R"("}], "client": {"cpus": "0"}})");
  };
  EXPECT_EQ(DevicesOf(two("32GB/s", "")), "accelerator:a accelerator:c");
  EXPECT_FALSE(Fits(two("33GB/s", "")));
  const std::string siblings =
      R"(, "select": [{"attribute": "iommu_group", "in": [1, 2]}])";
  // Rounded down: halves of an odd number fit where it does.
  EXPECT_TRUE(Fits(two("16GB/s", siblings)));
  EXPECT_FALSE(Fits(two("17GB/s", siblings)));
}

TEST(LinkCapacity, Exchange_LoadsBothDirectionsOfEachPair) {
  const auto exchange = [](const std::string& rate) {
    return Plan(R"({"stages": [{"name": "x", "function": "copy", "count": 2,
          "select": [{"attribute": "iommu_group", "in": [1, 2]}],
          "sharing": "exclusive"}],
        "links": [{"from": "x", "to": "x", "traffic": ")" +
                rate + R"("}]})");
  };
  EXPECT_TRUE(Fits(exchange("32GB/s")));
  EXPECT_FALSE(Fits(exchange("33GB/s")));
}

// Four devices under two uplinks: equal, but not together.
TEST(LinkCapacity, EqualDevices_AreNotEqualOnceALinkIsFull) {
  MachineFacts machine = BenchMachine();
  for (const std::string d : {"d", "e"}) {
    const std::string key = "accelerator:" + d;
    machine.Thing(key)
        .Link("switch-port:down", "pci:" + d, LinkKind::kPcie, 16, 110)
        .Relation(key, "pci:" + d, RelationKind::kAcceleratorOf)
        .Attribute(key, attr::kFunctions, std::vector<std::string>{"copy"})
        .Attribute(key, attr::kInstances, std::int64_t{16});
  }
  machine.Link("root-port:0", "switch-port:down", LinkKind::kPcie, 16, 110);
  const Planning plan(
      RequestOf(R"({"stages": [{"name": "x", "function": "copy", "count": 4,
          "sharing": "exclusive",
          "select": [{"attribute": "iommu_group", "exists": false}]},
          {"name": "y", "function": "copy", "sharing": "exclusive",
          "select": [{"attribute": "iommu_group", "exists": true}]}],
        "links": [{"from": "host", "to": "x", "traffic": "40GB/s"}]})"),
      machine.Build());
  EXPECT_FALSE(Fits(plan));
  const Planning spread(
      RequestOf(R"({"stages": [{"name": "x", "function": "copy", "count": 2,
          "sharing": "exclusive"}],
        "links": [{"from": "host", "to": "x", "traffic": "32GB/s"}],
        "client": {"cpus": "0"}, "constraints":
          [{"same": "numa", "stages": ["x"]}]})"),
      machine.Build());
  EXPECT_EQ(DevicesOf(spread), "accelerator:a accelerator:d");
}

TEST(LinkCapacity, BandwidthThatNobodyKnows_RefusesNothing) {
  MachineFacts machine = BenchMachine();
  machine.Thing("accelerator:z")
      .Thing("pci:z")
      .Relation("accelerator:z", "pci:z", RelationKind::kAcceleratorOf)
      .Attribute("accelerator:z", attr::kFunctions,
                 std::vector<std::string>{"fill"});
  machine.facts().links.push_back(
      {"root-port:1", "pci:z", LinkKind::kPcie, {}, {}, {}});
  const auto request = [](const std::string& rate) {
    return RequestOf(R"({"stages": [{"name": "x", "function": "fill"}],
        "links": [{"from": "host", "to": "x", "traffic": ")" +
                     rate + R"("}], "client": {"cpus": "1"}})");
  };
  EXPECT_TRUE(Fits(Planning(request("64GB/s"), machine.Build())));
  EXPECT_FALSE(Fits(Planning(request("65GB/s"), machine.Build())));
}

// A mesh is folded into a hub (graph/fabric_fold.h); its links are no less
// many.
TEST(LinkCapacity, FoldedMesh_HasALinkForEachPair) {
  MachineFacts machine = BenchMachine();
  for (int i = 0; i < 4; ++i) {
    const std::string key = "accelerator:m" + std::to_string(i);
    machine.Thing(key)
        .Attribute(key, attr::kFunctions, std::vector<std::string>{"fill"})
        .Attribute(key, attr::kInstances, std::int64_t{1});
    for (int j = 0; j < i; ++j) {
      machine.Link("accelerator:m" + std::to_string(j), key, LinkKind::kFabric,
                   20, 100);
    }
  }
  const auto topology = machine.Build();
  const bool is_folded = std::any_of(
      topology->vertices().begin(), topology->vertices().end(),
      [](const graph::Vertex& v) { return v.kind == VertexKind::kFabricHub; });
  ASSERT_TRUE(is_folded);
  const auto star = [&](const std::string& rate) {
    return Planning(RequestOf(R"({"stages": [{"name": "x", "function": "fill"},
              {"name": "y", "function": "fill", "count": 2}],
            "links": [{"from": "x", "to": "y", "traffic": ")" +
                              rate + R"("}]})"),
                    topology);
  };
  EXPECT_TRUE(Fits(star("40GB/s")));
  EXPECT_FALSE(Fits(star("41GB/s")));
}

TEST(LinkCapacity, Crossbar_HasOneLinkToEachMember) {
  MachineFacts machine = BenchMachine();
  for (int i = 0; i < 3; ++i) {
    const std::string key = "accelerator:m" + std::to_string(i);
    machine.Thing(key)
        .Attribute(key, attr::kFunctions, std::vector<std::string>{"fill"})
        .Attribute(key, attr::kInstances, std::int64_t{1})
        .Link(key, "fabric-hub:nvswitch", LinkKind::kFabric, 20, 100);
  }
  const auto star = [&](const std::string& rate) {
    return Planning(RequestOf(R"({"stages": [{"name": "x", "function": "fill"},
              {"name": "y", "function": "fill", "count": 2}],
            "links": [{"from": "x", "to": "y", "traffic": ")" +
                              rate + R"("}]})"),
                    machine.Build());
  };
  EXPECT_TRUE(Fits(star("20GB/s")));
  EXPECT_FALSE(Fits(star("21GB/s")));
}

}  // namespace
}  // namespace acceld::placement
