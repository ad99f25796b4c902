#include "daemon/grant/mount_line.h"

#include <gtest/gtest.h>
#include <sys/sysmacros.h>

#include <string>
#include <string_view>

namespace acceld::daemon {
namespace {

// The line `text`, which must be whole only at its end.
MountLine Read(std::string_view text, MountLine line = {}) {
  for (const char byte : text) EXPECT_FALSE(line.Add(byte)) << text;
  EXPECT_TRUE(line.Add('\n')) << text;
  return line;
}

TEST(MountLine, NoOptionalFields_IsPrivate) {
  const MountLine line =
      Read("36 35 98:0 /a /b rw,noatime - ext3 /dev/root rw");
  EXPECT_EQ(line.id(), 36U);
  EXPECT_EQ(line.filesystem(), makedev(98, 0));
  EXPECT_FALSE(line.is_shared());
  EXPECT_FALSE(line.is_devtmpfs());
}

TEST(MountLine, SharedAmongOtherFields_IsShared) {
  EXPECT_TRUE(
      Read("1 2 0:6 / /dev rw master:1 shared:2 - devtmpfs d rw").is_shared());
  EXPECT_FALSE(Read("1 2 0:6 / /dev rw master:1 - devtmpfs d rw").is_shared());
}

TEST(MountLine, WordsElsewhere_DoNotCount) {
  const MountLine line =
      Read("7 2 0:6 /shared:1 /devtmpfs rw - tmpfs shared:3 devtmpfs");
  EXPECT_FALSE(line.is_shared());
  EXPECT_FALSE(line.is_devtmpfs());
}

TEST(MountLine, Devtmpfs_IsRecognised) {
  EXPECT_TRUE(Read("7 2 0:6 / /dev rw - devtmpfs udev rw").is_devtmpfs());
  EXPECT_FALSE(Read("7 2 0:6 / /dev rw - devtmpfsx udev rw").is_devtmpfs());
}

TEST(MountLine, Ticket_IsRecognisedByItsSource) {
  EXPECT_TRUE(
      Read("7 2 0:6 /n /dev/n rw - tmpfs acceld-ticket rw").is_ticket());
  EXPECT_FALSE(
      Read("7 2 0:6 / /acceld-ticket rw - acceld-ticket x acceld-ticket")
          .is_ticket());
}

TEST(MountLine, LongFields_AreCutNotMisread) {
  const std::string path(5000, 'x');
  const MountLine line =
      Read("7 2 0:6 / /" + path + " rw shared:1 - tmpfs " + path + " rw");
  EXPECT_EQ(line.id(), 7U);
  EXPECT_TRUE(line.is_shared());
}

TEST(MountLine, NextLine_BeginsAnew) {
  const MountLine first = Read("7 2 0:6 / /dev rw shared:1 - devtmpfs udev rw");
  const MountLine second = Read("81 2 0:7 / /a rw - tmpfs t rw", first);
  EXPECT_EQ(second.id(), 81U);
  EXPECT_FALSE(second.is_shared());
  EXPECT_FALSE(second.is_devtmpfs());
}

TEST(MountLine, Nonsense_IsNoMount) {
  EXPECT_EQ(Read("").id(), 0U);
  EXPECT_EQ(Read("- - -").id(), 0U);
}

}  // namespace
}  // namespace acceld::daemon
