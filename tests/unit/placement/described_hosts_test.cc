// Pipelines on the described hosts: proven, verified, and with few nodes.
#include <gtest/gtest.h>

#include <string>

#include "placement/placement.h"
#include "tests/support/described_host.h"
#include "tests/support/planning.h"
#include "tests/support/read_file.h"

namespace acceld::placement {
namespace {

using acceld::testing::DescribedHost;
using acceld::testing::Planning;
using acceld::testing::ReadFile;
using acceld::testing::RequestOf;

// `count` stages of GPUs of their own in a row, from the host and back.
std::string GpuChain(int count) {
  std::string stages;
  std::string links = R"({"from": "host", "to": "g0", "traffic": "8GB/s"})";
  for (int i = 0; i < count; ++i) {
    const std::string name = "g" + std::to_string(i);
    stages += (i == 0 ? "" : ",") +
              (R"({"name": ")" + name +
               R"(", "function": "compute/gpu", "sharing": "exclusive"})");
    const std::string next =
        i + 1 < count ? "g" + std::to_string(i + 1) : "host";
    links += R"(, {"from": ")" + name + R"(", "to": ")" + next +
             R"(", "traffic": "8GB/s"})";
  }
  return R"({"stages": [)" + stages + R"(], "links": [)" + links + "]}";
}

TEST(DescribedHosts, ChainOfFourGpus_IsProvenInFewNodes) {
  const Planning plan(RequestOf(GpuChain(4)), DescribedHost("nvswitch-8gpu"));
  const Solved solved = plan.Best();
  EXPECT_EQ(solved.proof, Proof::kOptimal);
  EXPECT_LE(solved.nodes, 100);
  EXPECT_TRUE(plan.Verify(solved.placement));
  RecordProperty("nodes", std::to_string(solved.nodes));
}

TEST(DescribedHosts, ChainOfEightGpus_IsProven) {
  const Planning plan(RequestOf(GpuChain(8)), DescribedHost("nvswitch-8gpu"));
  const Solved solved = plan.Best();
  EXPECT_EQ(solved.proof, Proof::kOptimal);
  EXPECT_LE(solved.nodes, 5000);
  EXPECT_TRUE(plan.Verify(solved.placement));
}

TEST(DescribedHosts, DecompressForGpu_RunsOnTheGpusSocket) {
  const Planning plan(
      RequestOf(ReadFile("configs/pipelines/gpu-decompress.json")),
      DescribedHost("dsa-gpu-2s"));
  const Solved solved = plan.Best();
  EXPECT_EQ(solved.proof, Proof::kOptimal);
  EXPECT_TRUE(plan.Verify(solved.placement));
  EXPECT_EQ(plan.topology->PackageOf(solved.placement.stages[0].device),
            plan.topology->PackageOf(solved.placement.stages[1].device));
}

}  // namespace
}  // namespace acceld::placement
