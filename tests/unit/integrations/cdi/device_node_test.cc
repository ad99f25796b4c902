#include "integrations/cdi/device_node.h"

#include <gtest/gtest.h>
#include <sys/sysmacros.h>

#include <string>

#include "tests/support/temp_dir.h"

namespace acceld::cdi {
namespace {

using acceld::testing::TempDir;

// Devices that every Linux has (Documentation/admin-guide/devices.txt).
const dev_t kNull = makedev(1, 3);
const dev_t kZero = makedev(1, 5);

ErrorCode FaultOf(const std::string& path, dev_t number,
                  const std::string& root = {}) {
  const auto node = FindDeviceNode(path, number, root);
  if (!node) return node.error().code;
  ADD_FAILURE() << path;
  return ErrorCode::kInternal;
}

TEST(CdiDeviceNode, OfTheDeviceThatIsMeant_HasItsNumber) {
  const auto node = FindDeviceNode("/dev/null", kNull);
  ASSERT_TRUE(node) << node.error().message;
  EXPECT_EQ(node->path, "/dev/null");
  EXPECT_EQ(node->type, 'c');
  EXPECT_EQ(node->major, 1);
  EXPECT_EQ(node->minor, 3);
  EXPECT_EQ(node->permissions, "rw");
}

TEST(CdiDeviceNode, OfAnotherDeviceAtThePath_IsNone) {
  EXPECT_EQ(FaultOf("/dev/null", kZero), ErrorCode::kDeviceGone);
}

TEST(CdiDeviceNode, OfWhatIsNoDevice_IsNone) {
  TempDir directory;
  directory.AddFile("file", "x");
  directory.AddLink("link", "/dev/null");
  EXPECT_EQ(FaultOf(directory.At("file"), kNull), ErrorCode::kDeviceGone);
  EXPECT_EQ(FaultOf(directory.At("link"), kNull), ErrorCode::kDeviceGone);
  EXPECT_EQ(FaultOf(directory.At("none"), kNull), ErrorCode::kNotFound);
  EXPECT_EQ(FaultOf("dev/null", kNull), ErrorCode::kInvalidArgument);
}

TEST(CdiDeviceNode, BelowTheHostsRoot_IsLookedForThere) {
  TempDir host;
  host.AddDirectory("dev");
  EXPECT_EQ(FaultOf("/dev/null", kNull, host.path()), ErrorCode::kNotFound);
  const auto node = FindDeviceNode("/null", kNull, "/dev");
  ASSERT_TRUE(node) << node.error().message;
  EXPECT_EQ(node->path, "/null");
}

TEST(CdiDeviceNumber, OfText_IsBothParts) {
  EXPECT_EQ(ParseDeviceNumber("226:128").value(), makedev(226, 128));
  EXPECT_EQ(ParseDeviceNumber("4095:1048575").value(), makedev(4095, 1048575));
}

TEST(CdiDeviceNumber, OfAnythingElse_IsRefused) {
  for (const char* text : {"", ":", "1", "1:", ":1", "1:2:3", "-1:2", "1: 2",
                           "4096:0", "0:1048576", "1:99999999999"}) {
    const auto number = ParseDeviceNumber(text);
    ASSERT_FALSE(number) << text;
    EXPECT_EQ(number.error().code, ErrorCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace acceld::cdi
