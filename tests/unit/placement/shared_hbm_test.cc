// Memory is a graph, not a hierarchy: on configs/hosts/shared-hbm.json the
// decompressor of socket 0 and the NPU of socket 1 share an HBM that is far
// from both CPUs. A tool that reads a machine as a tree keeps both stages on
// one socket; the data then takes the narrow way between CPU and HBM.
#include <gtest/gtest.h>

#include <algorithm>
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

Planning Plan() {
  return Planning(RequestOf(ReadFile("configs/pipelines/shared-hbm.json")),
                  DescribedHost("shared-hbm"));
}

// What a reading per socket chooses: both stages on one socket, and of the
// sockets the better one.
Solved BestOnOneSocket() {
  Planning plan = Plan();
  plan.request.constraints.push_back(
      {GroupConstraint::Kind::kSame, "package", {0, 1}});
  return plan.Best();
}

TEST(SharedHbm, DecompressAndInfer_MeetAtTheHbmTheyShare) {
  const Planning plan = Plan();
  const Solved solved = plan.Best();
  EXPECT_EQ(solved.proof, Proof::kOptimal);
  EXPECT_EQ(plan.Key(solved.placement.stages[0].device),
            "accelerator:hisi_zip-0");
  EXPECT_EQ(plan.Key(solved.placement.stages[1].device), "accelerator:accel1");
  EXPECT_EQ(plan.Key(solved.placement.buffers[0].memory), "memory:2");
  EXPECT_TRUE(plan.Verify(solved.placement));
}

TEST(SharedHbm, BestPair_IsFarthestApartInTheTree) {
  const Planning plan = Plan();
  const Placement placement = plan.Best().placement;
  EXPECT_EQ(plan.topology->LocalityOf(placement.stages[0].device,
                                      placement.stages[1].device),
            Locality::kCrossPackage);
}

TEST(SharedHbm, OneSocket_IsSeveralTimesWorse) {
  const Placement best = Plan().Best().placement;
  const Placement socket = BestOnOneSocket().placement;
  // One of the two legs leaves the socket over PCIe and the CPUs' way to the
  // pool, 24 GB/s, where the shared links carry 230 GB/s.
  EXPECT_GE(socket.total, 3 * best.total);
  EXPECT_GE(best.terms[0].bandwidth, BytesPerSecond(200'000'000'000));
  EXPECT_LE(socket.terms[0].bandwidth, BytesPerSecond(24'000'000'000));
  EXPECT_LT(best.terms[0].latency, socket.terms[0].latency);
}

}  // namespace
}  // namespace acceld::placement
