#include "integrations/cdi/companion_nodes.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/temp_dir.h"

namespace acceld::cdi {
namespace {

using acceld::testing::TempDir;

constexpr std::string_view kDevices =
    "Character devices:\n"
    "  1 mem\n"
    " 10 misc\n"
    "195 nvidia\n"
    "235 nvidia-uvm\n"
    "511 kfd\n"
    "\n"
    "Block devices:\n"
    "  8 sd\n"
    "235 other\n";

TEST(CharacterDrivers, OfProcDevices_AreByName) {
  const CharacterDrivers drivers = ParseCharacterDrivers(kDevices);
  EXPECT_EQ(drivers, (CharacterDrivers{{"kfd", 511},
                                       {"mem", 1},
                                       {"misc", 10},
                                       {"nvidia", 195},
                                       {"nvidia-uvm", 235}}));
}

TEST(CharacterDrivers, LinesThatSayNothing_ArePassedOver) {
  EXPECT_TRUE(ParseCharacterDrivers("").empty());
  EXPECT_TRUE(ParseCharacterDrivers("  1 mem\n").empty());
  EXPECT_TRUE(ParseCharacterDrivers("Character devices:\nx y\n 1\n\n-1 a\n"
                                    "99999999999 b")
                  .empty());
}

TEST(CharacterDrivers, OfThisKernel_HaveMemory) {
  const auto drivers = ReadCharacterDrivers();
  ASSERT_TRUE(drivers) << drivers.error().message;
  EXPECT_EQ(drivers->at("mem"), 1U);
}

TEST(CompanionNodes, ThatAreNotThere_ArePassedOver) {
  TempDir host;
  host.AddDirectory("dev");
  for (const char* framework : {"nvidia", "drm", "kfd", "uacce", "vfio"}) {
    const auto nodes =
        FindCompanionNodes({framework,
                            "amdgpu",
                            {"/dev/nvidia-caps/nvidia-cap4", "/etc/passwd"},
                            "/dev/dri/renderD128"},
                           ParseCharacterDrivers(kDevices), host.path());
    ASSERT_TRUE(nodes) << nodes.error().message;
    EXPECT_TRUE(nodes->empty());
  }
}

TEST(CompanionNodes, OfKfd_AreTheSameGpusRenderNode) {
  TempDir host;
  host.AddDirectory("dev/dri");
  host.AddFile("dev/dri/renderD129", "");
  const auto nodes_with = [&](const std::string& render_node) {
    return FindCompanionNodes({"kfd", "amdgpu", {}, render_node}, {},
                              host.path());
  };
  EXPECT_EQ(nodes_with("/dev/dri/renderD129").error().code,
            ErrorCode::kDeviceGone);  // a file
  for (const char* none : {"", "/dev/dri/card1", "/dev/dri/renderDx"}) {
    const auto nodes = nodes_with(none);
    ASSERT_TRUE(nodes) << none;
    EXPECT_TRUE(nodes->empty()) << none;
  }
}

TEST(CompanionNodes, OfAnotherDeviceAtThePath_AreAFault) {
  for (const char* name : {"nvidiactl", "nvidia-uvm", "nvidia-uvm-tools",
                           "nvidia-modeset", "kfd"}) {
    TempDir host;
    host.AddDirectory("dev");
    host.AddFile(std::string("dev/") + name, "");
    const std::string framework = name == std::string("kfd") ? "drm" : "nvidia";
    const auto nodes =
        FindCompanionNodes({framework, "amdgpu", {}, {}},
                           ParseCharacterDrivers(kDevices), host.path());
    ASSERT_FALSE(nodes) << name;
    EXPECT_EQ(nodes.error().code, ErrorCode::kDeviceGone);
  }
}

TEST(CompanionNodes, OfADriverThatIsNotLoaded_AreNone) {
  TempDir host;
  host.AddDirectory("dev");
  host.AddFile("dev/nvidia-uvm", "");
  host.AddFile("dev/kfd", "");
  EXPECT_TRUE(
      FindCompanionNodes({"nvidia", "nvidia", {}, {}}, {}, host.path()));
  EXPECT_TRUE(FindCompanionNodes({"drm", "amdgpu", {}, {}}, {}, host.path()));
  // That of another driver is not its business.
  const auto i915 = FindCompanionNodes(
      {"drm", "i915", {}, {}}, ParseCharacterDrivers(kDevices), host.path());
  ASSERT_TRUE(i915);
  EXPECT_TRUE(i915->empty());
}

}  // namespace
}  // namespace acceld::cdi
