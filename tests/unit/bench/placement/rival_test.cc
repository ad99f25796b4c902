#include "bench/placement/rival.h"

#include <gtest/gtest.h>

namespace acceld::bench {
namespace {

Measured AskAbout(const std::vector<std::string>& commands,
                  Seconds limit = Seconds(10)) {
  return Ask({"it", commands}, "the file", {limit, 1});
}

TEST(AddRival, CommandsOfOneName_AreOneRival) {
  std::vector<Rival> rivals;
  ASSERT_TRUE(AddRival("a=/bin/x -b=1", rivals));
  ASSERT_TRUE(AddRival("/usr/bin/y --c", rivals));
  ASSERT_TRUE(AddRival("a=/bin/x -b=2", rivals));
  ASSERT_EQ(rivals.size(), 2U);
  EXPECT_EQ(rivals[0].name, "a");
  EXPECT_EQ(rivals[0].commands,
            (std::vector<std::string>{"/bin/x -b=1", "/bin/x -b=2"}));
  EXPECT_EQ(rivals[1].name, "y");
  EXPECT_EQ(AddRival("", rivals).error().code, ErrorCode::kInvalidArgument);
}

TEST(Ask, File_IsTheLastArgumentOrWhereAskedFor) {
  const std::string last = "sh -c 'test \"$0\" = \"the file\" && echo opt=1'";
  EXPECT_EQ(AskAbout({last}).cost, 1);
  EXPECT_EQ(AskAbout({"test {} = 'the file' && echo cost=2 opt"}).cost, 2);
}

TEST(Ask, BestAnswerOfSeveralCommands_Counts) {
  const Measured best = AskAbout({"echo cost=7 time=1", "echo opt=6 time=3",
                                  "echo opt=6 time=2", "exit 3;"});
  EXPECT_EQ(best.cost, 6);
  EXPECT_TRUE(best.proved);
  EXPECT_EQ(best.time, Seconds(2));
}

TEST(Ask, Failure_IsTold) {
  EXPECT_EQ(AskAbout({"exit 3;"}).trouble, "exit status 3");
  EXPECT_EQ(AskAbout({"echo hello"}).trouble, "tells no cost");
}

TEST(Ask, CommandThatEndsAtTheLimitWithoutProof_TookTheLimit) {
  const Measured ended =
      AskAbout({"echo best=9 limit time=0.1; : "}, Seconds(1e-6));
  EXPECT_TRUE(ended.at_limit);
  EXPECT_FALSE(ended.proved);
  EXPECT_EQ(ended.cost, 9);
  EXPECT_EQ(ended.time, Seconds(1e-6));
}

}  // namespace
}  // namespace acceld::bench
