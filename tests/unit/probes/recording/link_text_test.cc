#include "probes/recording/link_text.h"

#include <gtest/gtest.h>

namespace acceld::recording {
namespace {

TEST(StaysInside_LinksOfSysfs_Do, InEveryForm) {
  EXPECT_TRUE(StaysInside("sys/bus/pci/devices/0000:00:01.0",
                          "../../../devices/pci0000:00/0000:00:01.0"));
  EXPECT_TRUE(StaysInside("a/b/c", "../../x"));  // as far up as it may
  EXPECT_TRUE(StaysInside("a", "b"));
  EXPECT_TRUE(StaysInside("a/b", "./../b"));
}

TEST(StaysInside_LinksThatMayLeadOut_DoNot, InEveryForm) {
  EXPECT_FALSE(StaysInside("a/b", "/etc/passwd"));
  EXPECT_FALSE(StaysInside("a/b", "../../etc"));
  EXPECT_FALSE(StaysInside("a", ".."));
  EXPECT_FALSE(StaysInside("a/b/c", ""));
  // Where "x" is a link to the root, this is above the root.
  EXPECT_FALSE(StaysInside("a/b/c", "x/../y"));
}

TEST(RelativeLink, AnyTwoPaths_LeadsFromOneToTheOther) {
  EXPECT_EQ(RelativeLink("sys/class/drm/card0", "sys/devices/a/card0"),
            "../../devices/a/card0");
  EXPECT_EQ(RelativeLink("a/b", "a/c"), "c");
  EXPECT_EQ(RelativeLink("a/b/c", "a/b"), ".");
  EXPECT_EQ(RelativeLink("a/b", ""), "..");
  EXPECT_EQ(RelativeLink("a", "b/c"), "b/c");
}

TEST(LexicalTarget, AboveTheRoot_StaysAtTheRoot) {
  EXPECT_EQ(LexicalTarget("a/b", "../../../c"), "c");
  EXPECT_EQ(LexicalTarget("a/b", "/c/./d"), "c/d");
  EXPECT_EQ(LexicalTarget("a/b/c", "../d"), "a/d");
}

}  // namespace
}  // namespace acceld::recording
