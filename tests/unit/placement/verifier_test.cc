// Verify() refuses what is wrong, one thing at a time.
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "placement/placement.h"
#include "tests/support/bench_machine.h"
#include "tests/support/planning.h"

namespace acceld::placement {
namespace {

using acceld::testing::BenchMachine;
using acceld::testing::Planning;
using acceld::testing::RequestOf;

Planning Plan() {
  return Planning(RequestOf(R"({"stages": [
          {"name": "x", "function": "copy", "sharing": "exclusive"},
          {"name": "y", "function": "copy"}],
        "links": [{"from": "host", "to": "x"},
          {"from": "x", "to": "y", "buffer": {"size": "1GiB", "kind": "ddr"},
           "require": {"locality": "same-switch", "min_bandwidth": "12GB/s",
                       "max_latency": "1us"}}],
        "constraints": [{"same": "numa", "stages": ["x", "y"]},
                        {"distinct": "iommu-group", "stages": ["x", "y"]}],
        "client": {"cpus": "0"}})"),
                  BenchMachine().Build());
}

graph::VertexId Id(const Planning& plan, const std::string& key) {
  const auto id = plan.topology->Find(key);
  EXPECT_TRUE(id) << key;
  return id.value_or(graph::VertexId(0));
}

// Whether the best placement, changed, is refused as a bug.
bool IsRefused(const std::function<void(const Planning&, Placement&)>& change) {
  const Planning plan = Plan();
  Placement placement = plan.Best().placement;
  EXPECT_TRUE(plan.Verify(placement));
  change(plan, placement);
  const Status status = plan.Verify(placement);
  return !status && status.error().code == ErrorCode::kInternal;
}

TEST(Verify, MissingStage_IsRefused) {
  EXPECT_TRUE(
      IsRefused([](const Planning&, Placement& p) { p.stages.pop_back(); }));
}
TEST(Verify, StageTwice_IsRefused) {
  EXPECT_TRUE(IsRefused(
      [](const Planning&, Placement& p) { p.stages.push_back(p.stages[0]); }));
}
TEST(Verify, NoCandidate_IsRefused) {
  EXPECT_TRUE(IsRefused([](const Planning& plan, Placement& p) {
    p.stages[0].device = Id(plan, "numa:0");
  }));
}
TEST(Verify, DeviceSharedWithExclusiveStage_IsRefused) {
  EXPECT_TRUE(IsRefused([](const Planning&, Placement& p) {
    p.stages[1].device = p.stages[0].device;
  }));
}
TEST(Verify, DeviceElsewhere_IsRefused) {
  EXPECT_TRUE(IsRefused([](const Planning& plan, Placement& p) {
    p.stages[1].device = Id(plan, "accelerator:c");
  }));
}
TEST(Verify, BufferOfOtherKind_IsRefused) {
  EXPECT_TRUE(IsRefused([](const Planning& plan, Placement& p) {
    p.buffers[0].memory = Id(plan, "memory:9");
  }));
}
TEST(Verify, BufferTooFar_IsRefused) {
  EXPECT_TRUE(IsRefused([](const Planning& plan, Placement& p) {
    p.buffers[0].memory = Id(plan, "memory:1");
  }));
}
TEST(Verify, NoBuffer_IsRefused) {
  EXPECT_TRUE(
      IsRefused([](const Planning&, Placement& p) { p.buffers.clear(); }));
}
TEST(Verify, VertexThatDoesNotExist_IsRefused) {
  EXPECT_TRUE(IsRefused([](const Planning&, Placement& p) {
    p.buffers[0].memory = graph::VertexId(99999);
  }));
  EXPECT_TRUE(IsRefused(
      [](const Planning&, Placement& p) { p.host = graph::VertexId(99999); }));
}
TEST(Verify, HostWithoutTheClientsCpus_IsRefused) {
  EXPECT_TRUE(IsRefused(
      [](const Planning& plan, Placement& p) { p.host = Id(plan, "numa:1"); }));
}
TEST(Verify, OtherTotal_IsRefused) {
  EXPECT_TRUE(IsRefused([](const Planning&, Placement& p) { --p.total; }));
}
TEST(Verify, OtherTerms_AreRefused) {
  EXPECT_TRUE(
      IsRefused([](const Planning&, Placement& p) { ++p.terms[0].cost; }));
  EXPECT_TRUE(
      IsRefused([](const Planning&, Placement& p) { p.terms.pop_back(); }));
}

TEST(Verify, LeasesThatCameMeanwhile_AreSeen) {
  Planning plan = Plan();
  const Placement placement = plan.Best().placement;
  const std::string key = plan.Key(placement.stages[1].device);
  plan.occupancy.devices[key].instances = 16;
  EXPECT_FALSE(plan.Verify(placement));
  plan.occupancy.devices[key].instances = 15;
  EXPECT_TRUE(plan.Verify(placement));
  plan.occupancy.memory[plan.Key(placement.buffers[0].memory)] =
      Bytes((std::int64_t{3} << 30) + 1);
  EXPECT_FALSE(plan.Verify(placement));
}

}  // namespace
}  // namespace acceld::placement
