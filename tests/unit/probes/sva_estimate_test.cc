#include "probes/sva_estimate.h"

#include <gtest/gtest.h>

namespace acceld::probes {
namespace {

SvaEvidence Good(std::string_view unit) {
  return {true, unit, 20, true, true, true};
}

TEST(EstimateSva, EverythingOn_IsPossibleNeverProven) {
  EXPECT_EQ(EstimateSva(Good("intel")).sva, "possible");
  EXPECT_EQ(EstimateSva(Good("intel")).reason, "");
}

TEST(EstimateSva, EachThingThatIsMissing_IsNoWithAReason) {
  SvaEvidence untranslated = Good("intel");
  untranslated.is_translated = false;
  SvaEvidence narrow_unit = Good("intel");
  narrow_unit.unit_pasid_width = 0;
  SvaEvidence incapable = Good("intel");
  incapable.pasid_capable = false;
  SvaEvidence off = Good("intel");
  off.pasid_enabled = false;
  SvaEvidence no_ats = Good("intel");
  no_ats.ats_enabled = false;
  for (const SvaEvidence& evidence :
       {untranslated, narrow_unit, incapable, off, no_ats}) {
    EXPECT_EQ(EstimateSva(evidence).sva, "no");
    EXPECT_NE(EstimateSva(evidence).reason, "");
  }
}

TEST(EstimateSva, Smmu_NeedsNoAts) {
  SvaEvidence evidence = Good("smmu-v3");
  evidence.unit_pasid_width.reset();
  evidence.ats_enabled = false;
  EXPECT_EQ(EstimateSva(evidence).sva, "possible");
}

TEST(EstimateSva, WhatIsNotReadable_IsUnknown) {
  SvaEvidence evidence = Good("intel");
  evidence.pasid_capable.reset();
  evidence.pasid_enabled.reset();
  EXPECT_EQ(EstimateSva(evidence).sva, "unknown");
  evidence = Good("intel");
  evidence.is_translated.reset();
  EXPECT_EQ(EstimateSva(evidence).sva, "unknown");
}

}  // namespace
}  // namespace acceld::probes
