// Rules about functions that none of their devices can offer.
#include "policy/offer_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "policy/diagnostic.h"
#include "policy/policy.h"
#include "probes/driver_traits.h"
#include "tests/support/fake_user_database.h"

namespace acceld::policy {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Where a policy with these classes and rules is warned of.
std::vector<std::string> Warnings(const std::string& rule,
                                  const std::string& classes = "") {
  const std::string text = R"({"version": 1, )" + classes +
                           R"("rules": [{"effect": "allow", )" + rule + "}]}";
  const auto checked = Policy::Check({{"a.json", text}},
                                     acceld::testing::FakeUserDatabase({}, {}));
  if (!checked || !checked->errors.empty()) {
    ADD_FAILURE() << text;
    return {};
  }
  std::vector<std::string> pointers;
  for (const Diagnostic& one : checked->warnings) {
    pointers.push_back(one.pointer);
  }
  return pointers;
}

std::string Of(const std::string& function, const std::string& selectors) {
  return R"("functions": [")" + function + R"("], "devices": [)" + selectors +
         "]";
}

constexpr char kDrm[] = R"({"attribute": "framework", "equals": "drm"})";

TEST(OfferCheck, FrameworkThatHasNoneOfThem_IsWarnedOf) {
  EXPECT_THAT(Warnings(Of("compress/*", kDrm)),
              ElementsAre("/rules/0/functions"));
  EXPECT_THAT(Warnings(Of("graphics", R"({"attribute": "framework",
                                          "in": ["accel", "kfd"]})")),
              ElementsAre("/rules/0/functions"));
}

TEST(OfferCheck, FrameworkThatHasOneOfThem_IsFine) {
  EXPECT_THAT(Warnings(Of("comp*", kDrm)), IsEmpty());
  EXPECT_THAT(Warnings(Of("graphics", R"({"attribute": "framework",
                                          "in": ["accel", "drm"]})")),
              IsEmpty());
}

// By VFIO an administrator may offer anything, and a glob may mean anything.
TEST(OfferCheck, WhatIsNotKnown_IsFine) {
  EXPECT_THAT(Warnings(Of("graphics", R"({"attribute": "framework",
                                          "equals": "vfio"})")),
              IsEmpty());
  EXPECT_THAT(Warnings(Of("graphics", R"({"attribute": "framework",
                                          "glob": "acc*"})")),
              IsEmpty());
  EXPECT_THAT(Warnings(Of("graphics", R"({"attribute": "memory",
                                          "at_least": "1GiB"})")),
              IsEmpty());
}

TEST(OfferCheck, OpenFamily_MayBeOfferedByAny) {
  EXPECT_THAT(Warnings(Of("fpga/filter", kDrm)), IsEmpty());
  EXPECT_THAT(Warnings(Of("f*", kDrm)), IsEmpty());
  EXPECT_THAT(Warnings(Of("?pga/*", kDrm)), IsEmpty());
}

TEST(OfferCheck, SelectorsThatExcludeIt_AreWarnedOf) {
  EXPECT_THAT(Warnings(Of("copy", R"({"not": {"attribute": "functions",
                                              "contains": "copy"}})")),
              ElementsAre("/rules/0/functions"));
  EXPECT_THAT(Warnings(Of("copy", R"({"attribute": "functions",
                                      "exists": false})")),
              ElementsAre("/rules/0/functions"));
  EXPECT_THAT(Warnings(Of("copy", R"({"attribute": "functions",
                                      "contains": "fill"})")),
              IsEmpty());
}

TEST(OfferCheck, OneClassOfSeveral_IsEnough) {
  const std::string classes =
      R"("classes": {"npu": {"devices": [{"attribute": "framework",
                                          "equals": "accel"}]},
                     "gpu": {"devices": [{"attribute": "framework",
                                          "equals": "drm"}]}}, )";
  EXPECT_THAT(
      Warnings(R"("functions": ["video"], "classes": ["npu", "gpu"])", classes),
      IsEmpty());
  EXPECT_THAT(
      Warnings(R"("functions": ["copy"], "classes": ["npu", "gpu"])", classes),
      ElementsAre("/rules/0/functions"));
}

// A driver that learns a function must not make a right rule look wrong.
TEST(OfferCheck, KnownFrameworks_HaveAllThatTheirDriversOffer) {
  const auto has_all = [](std::string_view framework, auto offered) {
    for (const FrameworkFunctions& one : KnownFrameworks()) {
      if (one.framework != framework) continue;
      return std::all_of(offered.begin(), offered.end(), [&](auto function) {
        return std::find(one.functions.begin(), one.functions.end(),
                         function) != one.functions.end();
      });
    }
    return false;
  };
  for (const char* driver : {"amdgpu", "i915", "nouveau", "nvidia", "xe"}) {
    EXPECT_TRUE(has_all("drm", probes::DrmDriver(driver).functions)) << driver;
  }
  for (const char* driver : {"amdxdna", "habanalabs", "intel_vpu", "qaic"}) {
    EXPECT_TRUE(has_all("accel", probes::AccelDriver(driver).functions));
  }
  EXPECT_TRUE(has_all("apex", probes::ApexDriver().functions));
  EXPECT_TRUE(has_all("infiniband", probes::RdmaVerbs().functions));
  EXPECT_TRUE(has_all("kfd", probes::KfdDriver().functions));
  EXPECT_TRUE(has_all("nvidia", probes::NvidiaDriver().functions));
  EXPECT_TRUE(has_all("nvme", probes::NvmeBlock().functions));
}

}  // namespace
}  // namespace acceld::policy
