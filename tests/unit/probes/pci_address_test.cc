#include "probes/pci_address.h"

#include <gtest/gtest.h>

namespace acceld::probes {
namespace {

TEST(PciAddress, KernelForm_ParsesAndPrintsBack) {
  const auto address = ParsePciAddress("0004:3a:1f.7");
  ASSERT_TRUE(address.has_value());
  EXPECT_EQ(*address, (PciAddress{4, 0x3a, 0x1f, 7}));
  EXPECT_EQ(ToString(*address), "0004:3a:1f.7");
}

TEST(PciAddress, DomainOf32Bits_ParsesAndPrintsBack) {
  const auto address = ParsePciAddress("fedcba98:00:04.0");
  ASSERT_TRUE(address.has_value());
  EXPECT_EQ(address->domain, 0xfedcba98U);
  EXPECT_EQ(ToString(*address), "fedcba98:00:04.0");
}

TEST(PciAddress, OtherForms_AreNone) {
  for (const char* text :
       {"", "0000:3a:00", "3a:00.0", "0000:3A:00.0", "0000:3a:20.0",
        "0000:3a:00.8", "0:3a:00.0", "00000:3a:00.0", "0000:3a:00.0 ",
        "0000:3a:00.0\n", "100000000:3a:00.0", "0000:-1:00.0", "pci0000:3a"}) {
    EXPECT_FALSE(ParsePciAddress(text).has_value()) << text;
  }
}

TEST(PciRootBus, DirectoryName_MakesTheKeyOfTheHostBridge) {
  const auto bus = ParsePciRootBus("pci10000:e2");
  ASSERT_TRUE(bus.has_value());
  EXPECT_EQ(HostBridgeKey(*bus), "host-bridge:10000:e2");
  EXPECT_FALSE(ParsePciRootBus("pci0000:e2:00.0").has_value());
  EXPECT_FALSE(ParsePciRootBus("0000:e2").has_value());
  EXPECT_FALSE(ParsePciRootBus("pci_bus").has_value());
}

TEST(PciAddressInPath, DeviceBelowAFunction_IsThatFunction) {
  const auto address = PciAddressInPath(
      "sys/devices/pci0000:00/0000:00:02.0/0000:07:00.1/virtio3/net/eth0");
  ASSERT_TRUE(address.has_value());
  EXPECT_EQ(ToString(*address), "0000:07:00.1");
  EXPECT_FALSE(PciAddressInPath("sys/devices/virtual/net/lo").has_value());
  EXPECT_FALSE(PciAddressInPath("").has_value());
}

TEST(PciAddressesInPath, AllFunctionsOnTheWay_FromTheOutermost) {
  const auto way = PciAddressesInPath(
      "sys/devices/pci0000:00/0000:00:02.0/10000:07:1f.1/mem0");
  ASSERT_EQ(way.size(), 2U);
  EXPECT_EQ(ToString(way[0]), "0000:00:02.0");
  EXPECT_EQ(ToString(way[1]), "10000:07:1f.1");
  EXPECT_TRUE(PciAddressesInPath("sys/devices/virtual/net/lo").empty());
  EXPECT_TRUE(PciAddressesInPath("").empty());
}

}  // namespace
}  // namespace acceld::probes
