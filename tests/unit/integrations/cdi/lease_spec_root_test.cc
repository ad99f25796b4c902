// The nodes beside a device's own, on nodes that are made for it.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <string>

#include "base/json.h"
#include "integrations/cdi/lease_spec.h"
#include "tests/support/temp_dir.h"

namespace acceld::cdi {
namespace {

using acceld::testing::TempDir;

class CdiCompanions : public ::testing::Test {
 protected:
  void SetUp() override {
    host_.AddDirectory("dev");
    Make("dev/nvidia0", 195, 0);
    Make("dev/nvidia1", 195, 1);
  }
  void Make(const std::string& path, unsigned major, unsigned minor) {
    ASSERT_EQ(
        ::mknod(host_.At(path).c_str(), S_IFCHR | 0600, makedev(major, minor)),
        0);
  }
  // Of a lease of two GPUs.
  Result<Spec> SpecOf(const std::string& framework) {
    const auto gpu = [&](const std::string& number) {
      return R"({"device": "accelerator:nvidia)" + number +
             R"(", "node": "/dev/nvidia)" + number + R"(", "number": "195:)" +
             number + R"(", "at_path": false, "framework": ")" + framework +
             "\"}";
    };
    auto lease = ParseJson(R"({"lease": "/org/acceld1/lease/1f", "owner": 1,
                               "socket": "/run/1f", "hardware": [)" +
                           gpu("0") + "," + gpu("1") + "]}");
    EXPECT_TRUE(lease) << lease.error().message;
    return SpecOfLease(*lease, host_.path());
  }
  TempDir host_;
};

TEST_F(CdiCompanions, OfTwoDevices_AreThereOnce) {
  Make("dev/nvidiactl", 195, 255);
  const auto spec = SpecOf("nvidia");
  ASSERT_TRUE(spec) << spec.error().message;
  std::string paths;
  for (const DeviceNode& node : spec->devices[0].edits.nodes) {
    paths.append(node.path).append(" ");
  }
  EXPECT_EQ(paths, "/dev/nvidia0 /dev/nvidiactl /dev/nvidia1 ");
  const auto other = SpecOf("uacce");
  ASSERT_TRUE(other) << other.error().message;
  EXPECT_EQ(other->devices[0].edits.nodes.size(), 2U);
}

TEST_F(CdiCompanions, OfKfd_AreTheGpusRenderNode) {
  Make("dev/kfd", 511, 0);
  host_.AddDirectory("dev/dri");
  Make("dev/dri/renderD129", 226, 129);
  const auto lease = ParseJson(R"({"lease": "/org/acceld1/lease/1f",
      "owner": 1, "socket": "/run/1f", "hardware": [
      {"device": "accelerator:kfd1", "node": "/dev/kfd", "number": "511:0",
       "at_path": false, "framework": "kfd",
       "render_node": "/dev/dri/renderD129"}]})");
  ASSERT_TRUE(lease);
  const auto spec = SpecOfLease(*lease, host_.path());
  ASSERT_TRUE(spec) << spec.error().message;
  const auto& nodes = spec->devices[0].edits.nodes;
  ASSERT_EQ(nodes.size(), 2U);
  EXPECT_EQ(nodes[1].path, "/dev/dri/renderD129");
}

TEST_F(CdiCompanions, SomethingElseAtThePath_MakesNoSpecAtAll) {
  Make("dev/nvidiactl", 195, 3);
  EXPECT_FALSE(SpecOf("nvidia"));
}

}  // namespace
}  // namespace acceld::cdi
