#include "probes/iommu_unit.h"

#include <gtest/gtest.h>

namespace acceld::probes {
namespace {

// ECAP of a Sapphire Rapids unit in scalable mode, field by field: SMTS (43),
// PASID (40), PSS 19 (39:35), PRS (29), NEST (26), DT (2).
TEST(DecodeIntel, ScalableUnit_HasPasidOf20Bits) {
  const IommuUnit unit = DecodeIntel(1ULL << 43 | 1ULL << 40 | 19ULL << 35 |
                                     1ULL << 29 | 1ULL << 26 | 1U << 2);
  EXPECT_EQ(unit.kind, "intel");
  EXPECT_EQ(unit.pasid_width, 20);
  EXPECT_EQ(unit.has_ats, true);
  EXPECT_EQ(unit.has_pri, true);
  EXPECT_EQ(unit.has_nesting, true);
  EXPECT_EQ(unit.has_scalable_mode, true);
}

TEST(DecodeIntel, WithoutScalableMode_ThereIsNoPasid) {
  const IommuUnit unit = DecodeIntel(1ULL << 40 | 19ULL << 35);
  EXPECT_EQ(unit.pasid_width, 0);
  EXPECT_EQ(unit.has_scalable_mode, false);
}

TEST(DecodeIntel, WithoutPasidBit_WidthFieldDoesNotCount) {
  EXPECT_EQ(DecodeIntel(1ULL << 43 | 19ULL << 35).pasid_width, 0);
  EXPECT_EQ(DecodeIntel(0xf00f4e).pasid_width, 0);  // QEMU's vIOMMU
  EXPECT_EQ(DecodeIntel(0xf00f4e).has_ats, true);
  EXPECT_EQ(DecodeIntel(0xf00f4e).has_pri, false);
}

TEST(DecodeAmd, GuestTranslation_GivesPasids) {
  const IommuUnit unit = DecodeAmd(15ULL << 32 | 1U << 4 | 1U << 1, 1U << 24);
  EXPECT_EQ(unit.kind, "amd");
  EXPECT_EQ(unit.pasid_width, 16);
  EXPECT_EQ(unit.has_ats, true);
  EXPECT_EQ(unit.has_pri, true);
  EXPECT_EQ(DecodeAmd(15ULL << 32, 0).pasid_width, 0);
  EXPECT_EQ(DecodeAmd(15ULL << 32, 0).has_ats, false);
}

}  // namespace
}  // namespace acceld::probes
