#include "probes/gpu_memory.h"

#include <gtest/gtest.h>

namespace acceld::probes {
namespace {

TEST(VramInCgroup, RegionsOfTheFunction_AreAddedUp) {
  constexpr std::string_view kText =
      "drm/0000:03:00.0/stolen 67108864\n"
      "drm/0000:03:00.0/vram0 8589934592\n"
      "drm/0000:03:00.0/vram1 4294967296\n"
      "drm/0000:04:00.0/vram 17\n"
      "vram\n";
  EXPECT_EQ(VramInCgroup(kText, "0000:03:00.0"), 12'884'901'888);
  EXPECT_EQ(VramInCgroup(kText, "0000:04:00.0"), 17);
  EXPECT_EQ(VramInCgroup(kText, "0000:05:00.0"), std::nullopt);
  EXPECT_EQ(VramInCgroup("", "0000:03:00.0"), std::nullopt);
}

TEST(VramInCgroup, NumberThatCannotBe_MakesNoTotal) {
  for (const char* text :
       {"drm/a/vram0 -1\n", "drm/a/vram0 much\n",
        "drm/a/vram0 9223372036854775807\ndrm/a/vram1 1\n"}) {
    EXPECT_EQ(VramInCgroup(text, "a"), std::nullopt) << text;
  }
}

TEST(LargestWindow, PrefetchableMemory_CountsOnly) {
  EXPECT_EQ(LargestWindow("0x1000000000 0x17ffffffff 0x140204\n"
                          "0x4000000000 0x41ffffffff 0x14220c\n"
                          "0x5000000000 0x50ffffffff 0x14220c\n"),
            std::int64_t{8} << 30);
}

TEST(LargestWindow, WindowThatWasNotFitted_TellsNothing) {
  EXPECT_EQ(LargestWindow("0x4000000000 0x400fffffff 0x14220c\n"),
            std::nullopt);
}

TEST(LargestWindow, WindowsOfVirtualFunctions_DoNotCount) {
  std::string text;
  for (int i = 0; i < 7; ++i) text += "0x0 0x0 0x0\n";
  text += "0x4000000000 0x43ffffffff 0x14220c\n";
  EXPECT_EQ(LargestWindow(text), std::nullopt);
}

TEST(LargestWindow, LinesThatLie_AreSkipped) {
  EXPECT_EQ(LargestWindow("banana\n0x0 0xffffffffffffffff 0x2200\n"
                          "0x5 0x1 0x2200\n0x1 0x2\n\n"),
            std::nullopt);
}

}  // namespace
}  // namespace acceld::probes
