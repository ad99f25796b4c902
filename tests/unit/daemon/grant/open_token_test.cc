#include "daemon/grant/open_token.h"

#include <gtest/gtest.h>

#include <string_view>

#include "base/result.h"

namespace acceld::daemon {
namespace {

struct Node {
  std::string_view framework;
  std::string_view driver;
};

class BindsItsOpener : public ::testing::TestWithParam<Node> {};

TEST_P(BindsItsOpener, IsNeverOpenedByTheDaemon) {
  const auto token = OpenToken::For(GetParam().framework, GetParam().driver);
  ASSERT_FALSE(token.has_value());
  EXPECT_EQ(token.error().code, ErrorCode::kUnsupported);
}

INSTANTIATE_TEST_SUITE_P(
    OpenToken, BindsItsOpener,
    ::testing::Values(Node{"uacce", "hisi_zip"}, Node{"idxd", "user"},
                      Node{"accel", "amdxdna"}, Node{"accel", "habanalabs"},
                      Node{"accel", "of_tomorrow"}, Node{"kfd", "amdgpu"},
                      Node{"nvidia", "nvidia"}, Node{"", ""}));

TEST(OpenToken, FrameworksThatBindNothing_MayBeOpened) {
  EXPECT_TRUE(OpenToken::For("drm", "amdgpu").has_value());
  EXPECT_TRUE(OpenToken::For("accel", "intel_vpu").has_value());
  EXPECT_TRUE(OpenToken::For("vfio", "vfio-pci").has_value());
}

}  // namespace
}  // namespace acceld::daemon
