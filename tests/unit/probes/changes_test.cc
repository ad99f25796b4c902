#include "probes/changes.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace acceld::probes {
namespace {

PciAddress Address(std::string_view text) { return *ParsePciAddress(text); }

TEST(Changes, Add_OfAFunction_NamesItAndTheBridgesAbove) {
  Changes changes;
  changes.Add({"add",
               "/devices/pci0000:3a/0000:3a:00.0/0000:3b:00.0/0000:3c:01.0",
               "pci"});
  EXPECT_EQ(changes.functions, std::set{Address("0000:3c:01.0")});
  EXPECT_EQ(changes.bridges,
            (std::set{Address("0000:3a:00.0"), Address("0000:3b:00.0")}));
  EXPECT_TRUE(changes.AnyOf("cpu pci"));
  EXPECT_FALSE(changes.AnyOf("cpu drm"));
  EXPECT_FALSE(changes.AnyOf(""));
  EXPECT_TRUE(changes.removed.empty());
}

TEST(Changes, Add_OfWhatIsBelowAFunction_NamesTheFunction) {
  Changes changes;
  changes.Add(
      {"change", "/devices/pci0000:00/0000:00:02.0/drm/renderD128", "drm"});
  EXPECT_EQ(changes.functions, std::set{Address("0000:00:02.0")});
  EXPECT_TRUE(changes.bridges.empty());
}

TEST(Changes, Add_OfARemoval_KeepsTheNameThoughItCameBack) {
  Changes changes;
  changes.Add(
      {"remove", "/devices/pci0000:00/0000:00:02.0/drm/renderD128", "drm"});
  changes.Add(
      {"add", "/devices/pci0000:00/0000:00:02.0/drm/renderD128", "drm"});
  EXPECT_TRUE(changes.removed.contains("renderD128"));
}

TEST(Changes, Everything_IsAnyOfAll) {
  const Changes changes = Changes::Everything();
  EXPECT_FALSE(changes.empty());
  EXPECT_TRUE(changes.AnyOf("cpu"));
  EXPECT_TRUE(Changes().empty());
}

TEST(Changes, Add_OfHostileEvents_TakesThemAsText) {
  Changes changes;
  for (const std::string& path : std::vector<std::string>{
           std::string(), std::string("/"), std::string("////"),
           std::string("../../etc"),
           std::string("0000:00:02.0/../0000:00:03.0"),
           std::string("/devices/0000:00:02.0\n"), std::string(70000, 'x'),
           std::string("/\0/\xff\xfe", 5), std::string("0000:00:20.8"),
           std::string("ffffffff0000:00:00.0")}) {
    changes.Add({"remove", path, path});
    changes.Add({path, path, ""});
  }
  EXPECT_EQ(changes.functions, std::set{Address("0000:00:03.0")});
  for (const std::string& name : changes.removed) EXPECT_LE(name.size(), 128U);
}

TEST(Changes, Add_OfMoreThanItKeeps_SaysEverythingAndStaysSmall) {
  Changes changes;
  for (std::uint32_t domain = 0; domain < 3 * Changes::kMostNames; ++domain) {
    const std::string name = ToString({domain, 1, 2, 3});
    changes.Add({"remove", "/devices/" + name, "pci"});
  }
  EXPECT_TRUE(changes.everything);
  EXPECT_LE(changes.functions.size(), Changes::kMostNames);
  // A device that left is not forgotten: its name may be leased.
  EXPECT_EQ(changes.removed.size(), 3 * Changes::kMostNames);
}

TEST(Changes, Removed_OfAStorm_StaysBounded) {
  Changes changes;
  for (std::size_t i = 0; i < Changes::kMostRemoved + 10; ++i) {
    changes.Add({"remove", "/devices/virtual/a/" + std::to_string(i), "a"});
  }
  EXPECT_EQ(changes.removed.size(), Changes::kMostRemoved);
}

TEST(IsIrrelevant, Subsystem_ThatNobodyKnows_Counts) {
  for (const char* noise : {"block", "cgroup", "tty", "workqueue"}) {
    EXPECT_TRUE(IsIrrelevant(noise)) << noise;
  }
  for (const char* relevant :
       {"", "pci", "drm", "accel", "cpu", "memory", "node", "infiniband", "net",
        "nvme", "module", "a-class-of-next-year"}) {
    EXPECT_FALSE(IsIrrelevant(relevant)) << relevant;
  }
}

}  // namespace
}  // namespace acceld::probes
