#include "probes/pci_names.h"

#include <gtest/gtest.h>

#include "tests/support/sys_tree.h"

namespace acceld::probes {
namespace {

constexpr const char* kIds =
    "# a comment\n"
    "1111  First Maker\n"
    "\t000a  Ten\n"
    "\t\t2222 000a  A subsystem that is no device\n"
    "\t000b  Eleven\n"
    "2222  Second Maker\n"
    "\t000a  Another ten\n"
    "bad line\n"
    "\t000b  Below no vendor\n"
    "C 11  Signal processing controller\n"
    "3333  After the classes\n";

TEST(ParsePciNames, KnownDevice_HasVendorAndDevice) {
  const PciNames names =
      ParsePciNames(kIds, {{0x1111, 0x000b}, {0x2222, 0x000a}});
  EXPECT_EQ(names.at({0x1111, 0x000b}), "First Maker Eleven");
  EXPECT_EQ(names.at({0x2222, 0x000a}), "Second Maker Another ten");
  EXPECT_EQ(names.size(), 2U);
}

TEST(ParsePciNames, UnknownDevice_HasItsVendorOnly) {
  const PciNames names =
      ParsePciNames(kIds, {{0x2222, 0x000b}, {0x3333, 1}, {0x9999, 1}});
  EXPECT_EQ(names.at({0x2222, 0x000b}), "Second Maker");
  EXPECT_EQ(names.size(), 1U);
}

TEST(ReadPciNames, NoFileInTheTree_HasNoNames) {
  const acceld::testing::SysTree tree;
  const FoundPciNames found = ReadPciNames(tree.root(), {{0x1111, 0x000a}});
  EXPECT_EQ(found.source, "");
  EXPECT_TRUE(found.names.empty());
}

TEST(ReadPciNames, FileOfTheTree_IsTheSource) {
  acceld::testing::SysTree tree;
  tree.AddFile("usr/share/hwdata/pci.ids", kIds);
  const FoundPciNames found = ReadPciNames(tree.root(), {{0x1111, 0x000a}});
  EXPECT_EQ(found.source, "/usr/share/hwdata/pci.ids");
  EXPECT_EQ(found.names.at({0x1111, 0x000a}), "First Maker Ten");
}

}  // namespace
}  // namespace acceld::probes
