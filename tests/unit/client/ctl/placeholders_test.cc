#include "client/ctl/placeholders.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace acceld::ctl {
namespace {

using Words = std::vector<std::string>;

const Placeholders kSome{{"lease", "1f"}, {"cdi", "{lease}"}, {"fds", ""}};

TEST(Placeholders, WhereverTheyStand_AreFilledIn) {
  EXPECT_EQ(FillIn({"--device={cdi}", "{lease}{lease}", "x{fds}y"}, kSome),
            (Words{"--device={lease}", "1f1f", "xy"}));
}

TEST(Placeholders, WhatIsNone_StaysAsItIs) {
  const Words words{"{}", "{leases}", "{", "{lease", "awk '{print}'", ""};
  EXPECT_EQ(FillIn(words, kSome), words);
}

}  // namespace
}  // namespace acceld::ctl
