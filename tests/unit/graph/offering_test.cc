#include "graph/offering.h"

#include <gtest/gtest.h>

#include "tests/support/machine_facts.h"

namespace acceld::graph {
namespace {

TEST(Offering, Vertices_AreOfferedIfTheyCanBeAskedFor) {
  const std::vector<std::string> rdma = {"net/rdma"};
  const auto topology = testing::MachineFacts()
                            .Thing("accelerator:a")
                            .Thing("engine:a0")
                            .Attribute("engine:a0", attr::kFunctions, rdma)
                            .Thing("nic:mlx5_0")
                            .Attribute("nic:mlx5_0", attr::kFunctions, rdma)
                            .Thing("nic:eth0")
                            .Thing("storage:nvme0")
                            .Build();
  std::vector<std::string> offered;
  for (const Vertex& vertex : topology->vertices()) {
    if (IsOffered(vertex)) offered.push_back(vertex.key);
  }
  EXPECT_EQ(offered, (std::vector<std::string>{"accelerator:a", "nic:mlx5_0"}));
}

}  // namespace
}  // namespace acceld::graph
