#include "probes/aer_counters.h"

#include <gtest/gtest.h>

namespace acceld::probes {
namespace {

TEST(AerCounters, WhatWasNeverCounted_IsLeftOut) {
  const auto counters =
      ParseAerCounters("Undefined 0\nDLP 0\nTOTAL_ERR_FATAL 0");
  ASSERT_TRUE(counters);
  EXPECT_TRUE(counters->empty());
}

TEST(AerCounters, KindsAreKept_TheTotalIsNot) {
  const auto counters =
      ParseAerCounters("DLP 2\nCmpltTO 0\nPCRC_CHECK 5\nTOTAL_ERR_FATAL 6\n");
  ASSERT_TRUE(counters);
  ASSERT_EQ(counters->size(), 2U);
  EXPECT_EQ(counters->at(0).kind, "DLP");
  EXPECT_EQ(counters->at(0).count, 2);
  EXPECT_EQ(counters->at(1).kind, "PCRC_CHECK");
  EXPECT_EQ(counters->at(1).count, 5);
}

TEST(AerCounters, LinesOfAnotherForm_AreCorrupt) {
  for (const char* text :
       {"DLP\n", "DLP -1\n", "DLP many\n", " 3\n", "DLP 1\n\nTLP 1\n",
        "DL\x01P 3\n", "DLP 99999999999999999999\n"}) {
    const auto counters = ParseAerCounters(text);
    ASSERT_FALSE(counters) << text;
    EXPECT_EQ(counters.error().code, ErrorCode::kCorruptInput) << text;
  }
}

}  // namespace
}  // namespace acceld::probes
