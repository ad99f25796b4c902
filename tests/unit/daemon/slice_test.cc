#include "daemon/service/slice.h"

#include <gtest/gtest.h>

#include <string>

namespace acceld::daemon {
namespace {

TEST(ParseSlice, UnifiedHierarchy_IsItsPath) {
  EXPECT_EQ(ParseSlice("0::/ml.slice/train.service\n"),
            "/ml.slice/train.service");
  EXPECT_EQ(ParseSlice("4:cpu:/a\n1:name=systemd:/b\n0::/c"), "/c");
  EXPECT_EQ(ParseSlice("0::/\n"), "/");
}

TEST(ParseSlice, NoPathFromTheRoot_IsNone) {
  EXPECT_EQ(ParseSlice(""), "");
  EXPECT_EQ(ParseSlice("1:name=systemd:/ml.slice\n"), "");
  EXPECT_EQ(ParseSlice("0::/../ml.slice\n"), "");
  EXPECT_EQ(ParseSlice("0::/..\n"), "");
  EXPECT_EQ(ParseSlice("0::ml.slice\n"), "");
  EXPECT_EQ(ParseSlice("0::/ml.slice (deleted)\n"), "");
}

}  // namespace
}  // namespace acceld::daemon
