#include "client/topo/look.h"

#include <gtest/gtest.h>

#include "client/topo/table.h"
#include "graph/quantity.h"

namespace acceld::topo {
namespace {

Surroundings Terminal() {
  return {.terminal = true,
          .columns = 90,
          .lc_all = "",
          .lc_ctype = "",
          .lang = "en_GB.UTF-8",
          .term = "xterm",
          .no_colour = false};
}

TEST(LookFor_Terminal, HasColourAndWidth) {
  const Look look = LookFor(Terminal());
  EXPECT_TRUE(look.colour);
  EXPECT_TRUE(look.unicode);
  EXPECT_EQ(look.width, 90);
}

TEST(LookFor_Pipe, HasNeitherColourNorWidth) {
  Surroundings pipe = Terminal();
  pipe.terminal = false;
  EXPECT_FALSE(LookFor(pipe).colour);
  EXPECT_EQ(LookFor(pipe).width, 0);
}

TEST(LookFor_NoColor, IsHonoured) {
  Surroundings plain = Terminal();
  plain.no_colour = true;
  EXPECT_FALSE(LookFor(plain).colour);
}

TEST(LookFor_LocaleC, IsAscii) {
  Surroundings plain = Terminal();
  plain.lc_all = "C";  // decides, whatever LANG says
  EXPECT_FALSE(LookFor(plain).unicode);
  plain.lc_all = "C.utf8";
  EXPECT_TRUE(LookFor(plain).unicode);
}

TEST(Readable_Quantities, HaveThreeDigits) {
  EXPECT_EQ(graph::Readable(Bytes(0)), "0B");
  EXPECT_EQ(graph::Readable(Bytes(std::int64_t{1466} << 20)), "1.43GiB");
  EXPECT_EQ(graph::Readable(Bytes(std::int64_t{64} << 30)), "64GiB");
  EXPECT_EQ(graph::Readable(BytesPerSecond(31'507'692'307)), "31.5GB/s");
  EXPECT_EQ(graph::Readable(BytesPerSecond(999'999'999'999)), "1TB/s");
  EXPECT_EQ(graph::Readable(Nanoseconds(820)), "820ns");
  EXPECT_EQ(graph::Readable(Nanoseconds(1250)), "1.25us");
}

TEST(Table_TooWide, WrapsItsWidestColumn) {
  Table table({"key", "empty", "what"});
  table.AddRow({"a", "", "one two three four five six"});
  EXPECT_EQ(table.ToText({.width = 20}),
            "key  what\n"
            "a    one two three\n"
            "     four five six\n");
}

}  // namespace
}  // namespace acceld::topo
