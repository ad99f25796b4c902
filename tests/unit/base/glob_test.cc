#include "base/glob.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace acceld {
namespace {

// The definition, read out loud: exponential, and obviously right.
bool Naive(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern.front() == '*') {
    return Naive(pattern.substr(1), text) ||
           (!text.empty() && Naive(pattern, text.substr(1)));
  }
  if (text.empty()) return false;
  return (pattern.front() == '?' || pattern.front() == text.front()) &&
         Naive(pattern.substr(1), text.substr(1));
}

rc::Gen<std::string> Word(const std::string& alphabet, std::size_t length) {
  return rc::gen::mapcat(rc::gen::inRange<std::size_t>(0, length + 1),
                         [=](std::size_t size) {
                           return rc::gen::container<std::string>(
                               size, rc::gen::elementOf(alphabet));
                         });
}

RC_GTEST_PROP(GlobProperty, AnyPattern_AgreesWithDefinition, ()) {
  const std::string pattern = *Word("ab*?", 8);
  const std::string text = *Word("ab", 12);
  RC_CLASSIFY(Naive(pattern, text), "match");
  RC_ASSERT(MatchesGlob(pattern, text) == Naive(pattern, text));
}

RC_GTEST_PROP(GlobProperty, TextWithStarsPutIn_StillMatches, ()) {
  const std::string text = *Word("abc/", 20);
  std::string pattern;
  for (char c : text) {
    if (*rc::gen::arbitrary<bool>()) pattern.push_back('*');
    pattern.push_back(*rc::gen::arbitrary<bool>() ? '?' : c);
  }
  RC_ASSERT(MatchesGlob(pattern, text));
}

TEST(Glob, Literal_MatchesItselfOnly) {
  EXPECT_TRUE(MatchesGlob("copy", "copy"));
  EXPECT_FALSE(MatchesGlob("copy", "copying"));
  EXPECT_FALSE(MatchesGlob("copy", "cop"));
  EXPECT_TRUE(MatchesGlob("", ""));
  EXPECT_FALSE(MatchesGlob("", "a"));
}

TEST(Glob, Star_CrossesSlashes) {
  EXPECT_TRUE(MatchesGlob("*", ""));
  EXPECT_TRUE(MatchesGlob("*", "compress/deflate"));
  EXPECT_TRUE(MatchesGlob("compress/*", "compress/deflate"));
  EXPECT_FALSE(MatchesGlob("compress/*", "decompress/deflate"));
}

TEST(Glob, QuestionMark_TakesOneCharacterNotOneByte) {
  EXPECT_TRUE(MatchesGlob("caf?", "caf\xc3\xa9"));
  EXPECT_FALSE(MatchesGlob("caf??", "caf\xc3\xa9"));
  EXPECT_FALSE(MatchesGlob("*??", "\xc3\xa9"));
}

TEST(Glob, BracketsAndBackslash_AreOrdinary) {
  EXPECT_TRUE(MatchesGlob("[ab]\\", "[ab]\\"));
  EXPECT_FALSE(MatchesGlob("[ab]", "a"));
}

TEST(Glob, ManyStarsAgainstLongText_EndsSoon) {
  std::string pattern;
  for (int i = 0; i < 60; ++i) pattern.append("*a");
  pattern.push_back('b');
  EXPECT_FALSE(MatchesGlob(pattern, std::string(100'000, 'a')));
}

}  // namespace
}  // namespace acceld
