#include "base/utf8.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <string_view>

namespace acceld {
namespace {

TEST(Utf8, WellFormedText_IsAccepted) {
  for (std::string_view text :
       {std::string_view(), std::string_view("plain"),
        std::string_view("\0", 1),  // U+0000 is a character
        std::string_view("\xc2\x80"), std::string_view("\xdf\xbf"),
        std::string_view("\xe0\xa0\x80"), std::string_view("\xed\x9f\xbf"),
        std::string_view("\xee\x80\x80"), std::string_view("\xef\xbf\xbf"),
        std::string_view("\xf0\x90\x80\x80"),
        std::string_view("\xf4\x8f\xbf\xbf")}) {
    EXPECT_TRUE(IsUtf8(text)) << text;
  }
}

TEST(Utf8, IllFormedText_IsRefused) {
  for (std::string_view text :
       {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf",  // stray, overlong
        "\xe0\x80\x80", "\xe0\x9f\xbf",          // overlong
        "\xf0\x80\x80\x80", "\xf0\x8f\xbf\xbf",  // overlong
        "\xed\xa0\x80", "\xed\xbf\xbf",          // surrogates
        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80",  // above U+10FFFF
        "\xfe", "\xff",                          // never
        "\xc2", "\xe2\x82", "\xf0\x9f\x98", "a\xc2",
        "\xc2"
        "a"}) {  // cut off
    EXPECT_FALSE(IsUtf8(text)) << text;
  }
}

TEST(Printable, ControlCharacters_BecomeQuestionMarks) {
  EXPECT_EQ(Printable("a\x1b[2Jb"), "a?[2Jb");
  EXPECT_EQ(Printable(std::string_view("\0\n\x7f", 3)), "???");
  EXPECT_EQ(Printable("\xc2\x9b"
                      "2J"),
            "?2J");  // CSI as a C1 character
  EXPECT_EQ(Printable("\xff\xfe"), "??");
  EXPECT_EQ(Printable("caf\xc3\xa9"), "caf\xc3\xa9");
}

TEST(Printable, LimitInsideACharacter_LeavesItOut) {
  EXPECT_EQ(Printable("ab\xe2\x82\xac", 4), "ab");
  EXPECT_EQ(Printable("ab\xe2\x82\xac", 5), "ab\xe2\x82\xac");
  EXPECT_EQ(Printable("abc", 0), "");
}

RC_GTEST_PROP(PrintableProperty, AnyBytes_BecomeShortSafeUtf8,
              (const std::string& bytes)) {
  const std::string safe = Printable(bytes, 20);
  RC_ASSERT(safe.size() <= 20U);
  RC_ASSERT(IsUtf8(safe));
  for (char c : safe) RC_ASSERT(static_cast<unsigned char>(c) >= 0x20);
  RC_ASSERT(Printable(safe, 20) == safe);
}

TEST(Printable_CharactersThatMislead, BecomeQuestionMarks) {
  // Marks, embeddings, overrides and isolates; separators; zero width.
  for (const std::string_view text : {"a\xd8\x9c"
                                      "b",
                                      "a\xe2\x80\x8b"
                                      "b",
                                      "a\xe2\x80\x8f"
                                      "b",
                                      "a\xe2\x80\xa8"
                                      "b",
                                      "a\xe2\x80\xae"
                                      "b",
                                      "a\xe2\x81\xa0"
                                      "b",
                                      "a\xe2\x81\xa9"
                                      "b",
                                      "a\xef\xbb\xbf"
                                      "b"}) {
    EXPECT_EQ(Printable(text, 80), "a?b");
  }
  for (const std::string text : {"a \u2192 b", "\u2013", "\u00b5s \u00d7"}) {
    EXPECT_EQ(Printable(text, 80), text);
  }
}

}  // namespace
}  // namespace acceld
