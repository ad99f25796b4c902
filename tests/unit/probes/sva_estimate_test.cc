#include "probes/sva_estimate.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace acceld::probes {
namespace {

SvaEvidence Good(std::string_view unit) {
  SvaEvidence evidence;
  evidence.is_translated = true;
  evidence.unit_kind = unit;
  evidence.unit_scalable_mode = true;
  evidence.unit_pasid_width = 20;
  evidence.unit_pri = true;
  evidence.pasid_capable = evidence.pasid_enabled = true;
  evidence.ats_capable = evidence.ats_enabled = true;
  evidence.pri_capable = evidence.pri_enabled = true;
  evidence.domain_type = "DMA";
  return evidence;
}

bool Mentions(const std::vector<std::string>& texts, std::string_view part) {
  for (const std::string& text : texts) {
    if (text.find(part) != std::string::npos) return true;
  }
  return false;
}

TEST(EstimateSva, EverythingOn_IsPossibleNeverProven) {
  const SvaEstimate estimate = EstimateSva(Good("intel"));
  EXPECT_EQ(estimate.sva, "possible");
  EXPECT_TRUE(estimate.reasons.empty());
  EXPECT_TRUE(Mentions(estimate.caveats, "EOPNOTSUPP"));
}

TEST(EstimateSva, EachThingThatIsMissing_IsNoWithItsOneReason) {
  using Spoil = std::function<void(SvaEvidence&)>;
  const std::pair<Spoil, const char*> cases[] = {
      {[](SvaEvidence& e) { e.is_translated = false; }, "no IOMMU"},
      {[](SvaEvidence& e) { e.unit_scalable_mode = false; }, "scalable mode"},
      {[](SvaEvidence& e) { e.unit_pasid_width = 0; }, "knows no PASID"},
      {[](SvaEvidence& e) { e.pasid_capable = e.pasid_enabled = false; },
       "no PASID capability"},
      {[](SvaEvidence& e) { e.pasid_enabled = false; }, "PASID is off"},
      {[](SvaEvidence& e) { e.ats_capable = e.ats_enabled = false; },
       "has no ATS"},
      {[](SvaEvidence& e) { e.ats_enabled = false; }, "ATS is off"},
      {[](SvaEvidence& e) { e.pri_enabled = false; }, "PRI is off"},
  };
  for (const auto& [spoil, reason] : cases) {
    SvaEvidence evidence = Good("intel");
    spoil(evidence);
    const SvaEstimate estimate = EstimateSva(evidence);
    EXPECT_EQ(estimate.sva, "no") << reason;
    EXPECT_EQ(estimate.reasons.size(), 1U) << reason;
    EXPECT_TRUE(Mentions(estimate.reasons, reason)) << reason;
    EXPECT_TRUE(estimate.caveats.empty()) << reason;
  }
}

TEST(EstimateSva, SeveralThingsMissing_AreAllNamed) {
  SvaEvidence evidence = Good("intel");
  evidence.unit_pasid_width = 0;
  evidence.pasid_enabled = false;
  evidence.pasid_obstacles = {"0000:15:00.0 has no ACS",
                              "0000:16:00.0 passes no end-to-end TLP prefixes"};
  evidence.ats_enabled = false;
  evidence.is_removable = true;
  const SvaEstimate estimate = EstimateSva(evidence);
  ASSERT_EQ(estimate.reasons.size(), 5U);
  EXPECT_TRUE(Mentions(estimate.reasons, "0000:15:00.0"));
  EXPECT_TRUE(Mentions(estimate.reasons, "0000:16:00.0"));
  EXPECT_TRUE(Mentions(estimate.reasons, "external port"));
}

TEST(EstimateSva, AmdUnit_WantsPageRequestsAndWarnsOfItsTables) {
  SvaEvidence evidence = Good("amd");
  EXPECT_TRUE(Mentions(EstimateSva(evidence).caveats, "pgtbl_v2"));
  evidence.domain_type = "identity";
  EXPECT_FALSE(Mentions(EstimateSva(evidence).caveats, "pgtbl_v2"));
  evidence.unit_pri = false;
  EXPECT_EQ(EstimateSva(evidence).sva, "no");
}

TEST(EstimateSva, Smmu_NeedsNoAts) {
  SvaEvidence evidence = Good("smmu-v3");
  evidence.unit_pasid_width.reset();
  evidence.ats_enabled = false;
  evidence.pri_enabled = evidence.pri_capable = false;
  EXPECT_EQ(EstimateSva(evidence).sva, "possible");
  EXPECT_TRUE(Mentions(EstimateSva(evidence).caveats, "no PRI"));
}

TEST(EstimateSva, WhatIsNotReadable_IsUnknown) {
  SvaEvidence evidence = Good("intel");
  evidence.pasid_capable.reset();
  evidence.pasid_enabled.reset();
  EXPECT_EQ(EstimateSva(evidence).sva, "unknown");
  EXPECT_TRUE(Mentions(EstimateSva(evidence).reasons, "config space"));
  evidence = Good("intel");
  evidence.is_translated.reset();
  EXPECT_EQ(EstimateSva(evidence).sva, "unknown");
}

}  // namespace
}  // namespace acceld::probes
