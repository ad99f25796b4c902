#include "graph/export/markup.h"

#include <gtest/gtest.h>

#include <string>

namespace acceld::graph::exports {
namespace {

TEST(Escaped_CharactersOfMarkup, AreEntities) {
  EXPECT_EQ(Escaped("<a href=\"x\">&'"),
            "&lt;a href=&quot;x&quot;&gt;&amp;&#39;");
}

TEST(Escaped_PlainText, StaysAsItIs) {
  EXPECT_EQ(Escaped("Gr\u00f6\u00dfe \u4e2d \u2026"),
            "Gr\u00f6\u00dfe \u4e2d \u2026");
}

TEST(Escaped_WhatXmlCannotHold, BecomesQuestionMarks) {
  EXPECT_EQ(Escaped(std::string("a\0b\x1b[31m\x7f", 9)), "a?b?[31m?");
  EXPECT_EQ(Escaped("\xff\xc3("),
            "?"
            "?(");
  EXPECT_EQ(Escaped("\xef\xbf\xbe \xef\xbf\xbf"), "? ?");  // U+FFFE, U+FFFF
  EXPECT_EQ(Escaped("\xed\xa0\x80"), "???");               // a surrogate
}

TEST(Escaped_WhatTurnsTextAround, BecomesQuestionMarks) {
  EXPECT_EQ(Escaped("a\u202e<b"), "a?&lt;b");
  EXPECT_EQ(Escaped("a\u061c"), "a?");
}

TEST(Escaped_LineFeeds, Stay) { EXPECT_EQ(Escaped("a\nb\n"), "a\nb\n"); }

TEST(EscapedForScript_EndTags, CannotEndTheScript) {
  EXPECT_EQ(EscapedForScript("{\"a\":\"</script><!--\"}"),
            "{\"a\":\"\\u003c/script>\\u003c!--\"}");
}

}  // namespace
}  // namespace acceld::graph::exports
