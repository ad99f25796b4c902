#include "bench/placement/command.h"

#include <gtest/gtest.h>

namespace acceld::bench {
namespace {

TEST(RunCommand, OutputAndStatus_AreThoseOfTheCommand) {
  const auto finished = RunCommand("echo \"$1\"; exit 4", "a b", Seconds(60));
  ASSERT_TRUE(finished);
  EXPECT_EQ(finished->output, "a b\n");
  EXPECT_EQ(finished->exit_status, 4);
  EXPECT_FALSE(finished->was_ended);
}

// What it started holds the pipe as well.
TEST(RunCommand, LimitReached_EndsAllOfIt) {
  const auto finished = RunCommand(
      "echo early; cat /dev/zero >/dev/null & wait", "", Seconds(0.05));
  ASSERT_TRUE(finished);
  EXPECT_TRUE(finished->was_ended);
  EXPECT_EQ(finished->exit_status, 128 + 9);
}

TEST(RunCommand, LongOutput_KeepsItsEnd) {
  const auto finished =
      RunCommand("head -c 3000000 /dev/zero; echo end", "", Seconds(60));
  ASSERT_TRUE(finished);
  EXPECT_LE(finished->output.size(), std::size_t{1} << 20);
  EXPECT_TRUE(finished->output.ends_with("end\n"));
}

}  // namespace
}  // namespace acceld::bench
