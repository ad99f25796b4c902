#include "daemon/soft/death_record.h"

#include <gtest/gtest.h>

namespace acceld::soft {
namespace {

constexpr uid_t kUser = 1000;
constexpr SteadyTime kStart{};

SteadyTime After(int seconds) { return kStart + std::chrono::seconds(seconds); }

TEST(DeathRecord, TwoDeaths_AreForgiven) {
  DeathRecord record;
  record.Note(kUser, After(0));
  record.Note(kUser, After(1));
  EXPECT_TRUE(record.MayStart(kUser, After(1)));
}

TEST(DeathRecord, ThreeDeaths_StopThisUserOnly) {
  DeathRecord record;
  for (int i = 0; i < 3; ++i) record.Note(kUser, After(i));
  EXPECT_FALSE(record.MayStart(kUser, After(3)));
  EXPECT_TRUE(record.MayStart(kUser + 1, After(3)));
}

TEST(DeathRecord, FirstDeathTenSecondsAgo_MayStartAgain) {
  DeathRecord record;
  for (int i = 0; i < 3; ++i) record.Note(kUser, After(i));
  EXPECT_FALSE(record.MayStart(kUser, After(9)));
  EXPECT_TRUE(record.MayStart(kUser, After(10)));
  record.Note(kUser, After(10));
  EXPECT_FALSE(record.MayStart(kUser, After(10)));
}

}  // namespace
}  // namespace acceld::soft
