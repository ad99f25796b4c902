#include "probes/pcie_degradation.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/units.h"

namespace acceld::probes {
namespace {

using Parts = std::vector<std::string>;

Attribute Speed(const char* name, std::int64_t rate) {
  return {name, MegaTransfers(rate), {Evidence::kFirmware, "test"}};
}
Attribute Width(const char* name, std::int64_t lanes) {
  return {name, Lanes(lanes), {Evidence::kFirmware, "test"}};
}

TEST(DegradedParts, LinkAtItsBest_HasNone) {
  EXPECT_EQ(DegradedParts(std::vector{
                Speed("speed", 8000), Speed("max_speed", 8000),
                Speed("port_max_speed", 16000), Width("width", 8),
                Width("max_width", 16), Width("port_max_width", 8)}),
            Parts{});
}

// The wide card of the first test, which its slot holds back.
TEST(LimitedParts, DeviceAboveItsPort_IsNamed) {
  EXPECT_EQ(LimitedParts(std::vector{
                Speed("speed", 8000), Speed("max_speed", 8000),
                Speed("port_max_speed", 16000), Width("width", 8),
                Width("max_width", 16), Width("port_max_width", 8)}),
            Parts{"width"});
  EXPECT_EQ(LimitedParts(std::vector{Width("width", 4), Width("max_width", 16),
                                     Width("port_max_width", 8)}),
            Parts{});
}

TEST(DegradedParts, BelowBothEnds_AreNamed) {
  EXPECT_EQ(
      DegradedParts(std::vector{Speed("speed", 2500), Speed("max_speed", 8000),
                                Speed("port_max_speed", 16000)}),
      Parts{"speed"});
  EXPECT_EQ(DegradedParts(std::vector{
                Width("width", 4), Width("max_width", 8),
                Width("port_max_width", 16), Speed("speed", 8000),
                Speed("max_speed", 16000), Speed("port_max_speed", 16000)}),
            (Parts{"speed", "width"}));
}

TEST(DegradedParts, OneEndAlone_StandsForBoth) {
  EXPECT_EQ(DegradedParts(
                std::vector{Speed("speed", 2500), Speed("max_speed", 8000)}),
            Parts{"speed"});
  EXPECT_EQ(
      DegradedParts(std::vector{Width("width", 4), Width("port_max_width", 8)}),
      Parts{"width"});
}

TEST(DegradedParts, WithoutAMaximum_NothingIsSaid) {
  EXPECT_EQ(DegradedParts(std::vector{Speed("speed", 2500)}), Parts{});
  EXPECT_EQ(DegradedParts({}), Parts{});
}

}  // namespace
}  // namespace acceld::probes
