#include "probes/driver_traits.h"

#include <gtest/gtest.h>

#include "api/functions.h"

namespace acceld::probes {
namespace {

TEST(DriverTraits, EveryFunction_IsInTheVocabulary) {
  const auto functions = MappedFunctions();
  EXPECT_FALSE(functions.empty());
  for (const std::string_view function : functions) {
    EXPECT_TRUE(api::IsFunction(function)) << function;
  }
}

TEST(DriverTraits, DriversThatBindTheirOpener_AreOpenedByTheClient) {
  EXPECT_EQ(AccelDriver("amdxdna").grant, "ticket");
  EXPECT_EQ(AccelDriver("habanalabs").grant, "ticket");
  for (const char* driver : {"intel_vpu", "qaic", "rocket", "ethosu"}) {
    EXPECT_EQ(AccelDriver(driver).grant, "fd") << driver;
    EXPECT_FALSE(AccelDriver(driver).binds_sva) << driver;
  }
}

TEST(DriverTraits, UnknownDriver_OffersNothing) {
  EXPECT_TRUE(DrmDriver("novelty").functions.empty());
  EXPECT_TRUE(AccelDriver("novelty").functions.empty());
  EXPECT_EQ(AccelDriver("novelty").grant, "ticket");
}

}  // namespace
}  // namespace acceld::probes
