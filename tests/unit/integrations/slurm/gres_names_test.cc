#include "integrations/slurm/gres_names.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace acceld::slurm {
namespace {

std::string NameOf(std::vector<std::string> functions) {
  return GresNameOf(functions);
}

TEST(GresNamesTest, Functions_GiveTheName) {
  EXPECT_EQ(NameOf({"graphics", "compute/gpu"}), "gpu");
  EXPECT_EQ(NameOf({"video"}), "gpu");
  EXPECT_EQ(NameOf({"compute/npu"}), "npu");
  EXPECT_EQ(NameOf({"fpga/d8424dc4-a4a3-c413-f89e-433683f9040b"}), "fpga");
  EXPECT_EQ(NameOf({"net/rdma"}), "nic");
  EXPECT_EQ(NameOf({"storage/nvme"}), "storage");
  EXPECT_EQ(NameOf({"pubkey/rsa", "compress/zlib"}), "compress");
  EXPECT_EQ(NameOf({"checksum/crc32c", "decompress/deflate"}), "compress");
  EXPECT_EQ(NameOf({"digest/sha256"}), "crypto");
  EXPECT_EQ(NameOf({"copy", "fill"}), "dsa");
  EXPECT_EQ(NameOf({"compute/vector"}), "accel");
  EXPECT_EQ(NameOf({"copyist"}), "accel");
}

TEST(GresNamesTest, Types_AreWhatSlurmReads) {
  EXPECT_EQ(GresTypeFrom("A100-SXM4-80GB"), "a100-sxm4-80gb");
  EXPECT_EQ(GresTypeFrom("Data Center GPU: Flex 170 "),
            "data_center_gpu_flex_170");
  EXPECT_EQ(GresTypeFrom("6900"), "model_6900");
  EXPECT_EQ(GresTypeFrom("größe"), "gr_e");
  EXPECT_EQ(GresTypeFrom(" #=,:() "), "");
  EXPECT_EQ(GresTypeFrom(std::string(99, 'x')).size(), 40U);
  EXPECT_EQ(GresTypeFrom(std::string(39, 'x') + "- y"), std::string(39, 'x'));
}

TEST(GresNamesTest, Files_AreDeviceNodesWithoutRanges) {
  EXPECT_TRUE(IsGresFile("/dev/dri/renderD128"));
  EXPECT_TRUE(IsGresFile("/dev/dsa/wq0.0"));
  EXPECT_FALSE(IsGresFile("/dev/nvidia[0-3]"));
  EXPECT_FALSE(IsGresFile("/dev/a,/dev/b"));
  EXPECT_FALSE(IsGresFile("/dev/../etc/shadow"));
  EXPECT_FALSE(IsGresFile("/etc/passwd"));
  EXPECT_FALSE(IsGresFile("/dev/a b"));
  EXPECT_FALSE(IsGresFile("/dev/" + std::string(300, 'x')));
}

TEST(GresNamesTest, HostLists_HaveRanges) {
  EXPECT_TRUE(IsHostList("node[1-4,9],login.cluster"));
  EXPECT_FALSE(IsHostList(""));
  EXPECT_FALSE(IsHostList("node1 Name=gpu"));
}

}  // namespace
}  // namespace acceld::slurm
