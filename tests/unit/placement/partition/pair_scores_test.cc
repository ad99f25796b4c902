#include "placement/partition/pair_scores.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/topology_terms.h"
#include "graph/parts.h"
#include "graph/topology.h"
#include "placement/partition/best_effort.h"
#include "tests/support/described_host.h"
#include "tests/support/machine_facts.h"
#include "tests/support/nvidia_partitions.h"

namespace acceld::placement {
namespace {

using testing::Devices;
using testing::MachineFacts;

std::vector<graph::VertexId> Gpus(const graph::Topology& topology,
                                  std::size_t count) {
  std::vector<graph::VertexId> gpus;
  for (std::size_t i = 0; i < count; ++i) {
    const auto id = topology.Find("accelerator:nvidia" + std::to_string(i));
    EXPECT_TRUE(id);
    gpus.push_back(id.value_or(graph::VertexId(0)));
  }
  return gpus;
}

TEST(ScorePairs_OnDgx1v, AreWhatNvidiaPublishes) {
  const auto host = testing::DescribedHost("dgx-1v");
  const PairScores scores = ScorePairs(*host, Gpus(*host, 8));
  const PairScores published = testing::Dgx1vScores();
  for (std::size_t a = 0; a < 8; ++a) {
    for (std::size_t b = 0; b < 8; ++b) {
      EXPECT_EQ(scores.Of(a, b), published.Of(a, b)) << a << ' ' << b;
    }
  }
}

// Behind an NVSwitch no two GPUs have a link of their own: PCIe decides.
TEST(ScorePairs_OnNvswitch, ArePcies) {
  const auto host = testing::DescribedHost("nvswitch-8gpu");
  const PairScores scores = ScorePairs(*host, Gpus(*host, 8));
  EXPECT_EQ(scores.Of(0, 1), 50);  // one switch
  EXPECT_EQ(scores.Of(2, 3), 50);
  EXPECT_EQ(scores.Of(1, 2), 20);  // one NUMA node, two host bridges
  EXPECT_EQ(scores.Of(3, 4), 10);  // two sockets
  const auto choice = ChooseBestEffort(scores, testing::FirstDevices(8), {}, 4);
  ASSERT_TRUE(choice);
  EXPECT_EQ(choice->devices, (Devices{0, 1, 2, 3}));
}

// 12 links between each two, folded into a hub by the graph.
TEST(ScorePairs_OfAMesh, CountItsLinks) {
  MachineFacts machine;
  for (int a = 0; a < 4; ++a) {
    for (int b = 0; b < a; ++b) {
      machine.Link("accelerator:nvidia" + std::to_string(a),
                   "accelerator:nvidia" + std::to_string(b), LinkKind::kFabric,
                   300, 200);
    }
  }
  const auto topology = machine.Build();
  const PairScores scores = ScorePairs(*topology, Gpus(*topology, 4));
  EXPECT_EQ(scores.Of(0, 3), 1200 + 10);
  EXPECT_EQ(scores.Of(2, 1), 1200 + 10);
}

TEST(ScorePairs_OfSlowLinks, CountAtLeastOne) {
  MachineFacts machine;
  machine.Link("accelerator:nvidia0", "accelerator:nvidia1", LinkKind::kFabric,
               5, 200);
  const auto topology = machine.Build();
  EXPECT_EQ(ScorePairs(*topology, Gpus(*topology, 2)).Of(0, 1), 100 + 10);
}

}  // namespace
}  // namespace acceld::placement
