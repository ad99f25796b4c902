#include "probes/pci_link.h"

#include <gtest/gtest.h>

namespace acceld::probes {
namespace {

std::int64_t Rate(std::int64_t mega_transfers, std::int64_t lanes) {
  const auto rate = PcieBandwidth(MegaTransfers(mega_transfers), Lanes(lanes));
  return rate ? rate->value() : -1;
}

TEST(ParseLinkSpeed, OldAndNewForm_AreTheSame) {
  EXPECT_EQ(ParseLinkSpeed("8 GT/s"), MegaTransfers(8'000));
  EXPECT_EQ(ParseLinkSpeed("8.0 GT/s PCIe"), MegaTransfers(8'000));
  EXPECT_EQ(ParseLinkSpeed("2.5 GT/s PCIe"), MegaTransfers(2'500));
  EXPECT_EQ(ParseLinkSpeed("64.0 GT/s PCIe"), MegaTransfers(64'000));
}

TEST(ParseLinkSpeed, WhatIsNoPcieRate_IsNone) {
  for (const char* text : {"Unknown", "Unknown speed", "", "8 GT", "7 GT/s",
                           "133 MHz PCI-X", "8 GT/s banana", " GT/s"}) {
    EXPECT_FALSE(ParseLinkSpeed(text).has_value()) << text;
  }
}

TEST(ParseLinkWidth, WidthsOfPcie_AreLanes) {
  EXPECT_EQ(ParseLinkWidth("1"), Lanes(1));
  EXPECT_EQ(ParseLinkWidth("12"), Lanes(12));
  EXPECT_EQ(ParseLinkWidth("32"), Lanes(32));
}

TEST(ParseLinkWidth, DownGoneOrUnknown_IsNone) {
  for (const char* text : {"0", "63", "255", "-1", "3", "x16", "", "banana"}) {
    EXPECT_FALSE(ParseLinkWidth(text).has_value()) << text;
  }
}

// By hand: rate x lanes x payload / line / 8 bits.
TEST(PcieBandwidth, EachEncoding_IsTakenOff) {
  EXPECT_EQ(Rate(2'500, 1), 250'000'000);
  EXPECT_EQ(Rate(5'000, 4), 2'000'000'000);
  EXPECT_EQ(Rate(8'000, 16), 15'753'846'153);
  EXPECT_EQ(Rate(16'000, 8), 15'753'846'153);
  EXPECT_EQ(Rate(32'000, 16), 63'015'384'615);
  EXPECT_EQ(Rate(64'000, 16), 121'000'000'000);
  EXPECT_EQ(Rate(9'999, 16), -1);
}

}  // namespace
}  // namespace acceld::probes
