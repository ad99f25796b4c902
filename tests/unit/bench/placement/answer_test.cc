#include "bench/placement/answer.h"

#include <gtest/gtest.h>

namespace acceld::bench {
namespace {

TEST(Answer, KeyedLine_IsRead) {
  const auto answer = ParseAnswer(
      "reading\nfan3 b=afc u=-1 | best=84 PROVED nodes=27 time=0.185 (best at "
      "0.004)\n");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->cost, 84);
  EXPECT_TRUE(answer->proved);
  EXPECT_EQ(answer->time, Seconds(0.185));
}

TEST(Answer, LineThatSaysLimit_IsNoProof) {
  const auto answer = ParseAnswer("best=4040 LIMIT time=60.0");
  ASSERT_TRUE(answer);
  EXPECT_FALSE(answer->proved);
}

TEST(Answer, WordedLine_IsRead) {
  const auto answer = ParseAnswer(
      "New solution: 90 (3 nodes)\n"
      "Optimum: 84 in 58 backtracks and 129 nodes and 1.5 seconds.\nend.\n");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->cost, 84);
  EXPECT_TRUE(answer->proved);
  EXPECT_EQ(answer->time, Seconds(1.5));
}

TEST(Answer, SolutionWithoutProof_IsTheBestFound) {
  const auto answer = ParseAnswer("New solution: 90 (3 nodes)\nAborting\n");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->cost, 90);
  EXPECT_FALSE(answer->proved);
  EXPECT_FALSE(answer->time);
}

TEST(Answer, NoCost_IsNone) {
  EXPECT_FALSE(ParseAnswer(""));
  EXPECT_FALSE(ParseAnswer("time=3\nnobest=\n"));
}

}  // namespace
}  // namespace acceld::bench
