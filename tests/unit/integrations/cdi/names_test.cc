#include "integrations/cdi/names.h"

#include <gtest/gtest.h>

namespace acceld::cdi {
namespace {

TEST(CdiNames, VendorsAndClasses_HaveTheCharsetOfTheSpec) {
  for (const char* good : {"acceld.org", "v", "a-b_c.d9"}) {
    EXPECT_TRUE(IsVendor(good)) << good;
  }
  for (const char* bad :
       {"", "9a", "-a", "a-", "a.", "a b", "a/b", "\xc3\xa4"}) {
    EXPECT_FALSE(IsVendor(bad)) << bad;
    EXPECT_FALSE(IsClass(bad)) << bad;
  }
}

TEST(CdiNames, DeviceNames_MayBeginWithADigitAndHaveColons) {
  for (const char* good : {"0", "renderD128", "wq0.0", "a:b-c_d.e"}) {
    EXPECT_TRUE(IsDeviceName(good)) << good;
  }
  for (const char* bad : {"", ":", "a:", ".a", "a/b", "a=b", "a b"}) {
    EXPECT_FALSE(IsDeviceName(bad)) << bad;
  }
}

TEST(CdiNames, OfKeys_StayWhatTheyAre) {
  EXPECT_EQ(DeviceNameFrom("accelerator:renderD128"), "accelerator:renderD128");
  EXPECT_EQ(DeviceNameFrom("engine:wq0.1"), "engine:wq0.1");
}

TEST(CdiNames, OfAnyText_AreNames) {
  for (const char* text : {"", "::", "a b", "-x-", "mlx5_0/", "\xff\n9", "9"}) {
    EXPECT_TRUE(IsDeviceName(DeviceNameFrom(text))) << text;
    EXPECT_TRUE(IsClass(ClassFrom(text))) << text;
  }
  EXPECT_EQ(DeviceNameFrom("a b"), "a-b");
  EXPECT_EQ(ClassFrom("fpga.region"), "fpga-region");
}

TEST(CdiNames, Qualified_AreWhatAnEngineIsAskedFor) {
  EXPECT_EQ(QualifiedName(KindOf(kVendor, kLeaseClass), "1f"),
            "acceld.org/lease=1f");
}

TEST(CdiNames, OfFiles_HoldNoSlashAndNoColon) {
  EXPECT_EQ(FileNameOf(kVendor, "drm"), "acceld.org-drm.json");
  EXPECT_EQ(FileNameOf(kVendor, "lease", "1f:2e"),
            "acceld.org-lease_1f-2e.json");
  EXPECT_EQ(FileNameOf(kVendor, "lease", "../../etc/x"),
            "acceld.org-lease_etc-x.json");
}

}  // namespace
}  // namespace acceld::cdi
