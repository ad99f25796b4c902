// The vocabulary of functions, in code and in its manual.
#include "api/functions.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <string>

namespace acceld::api {
namespace {

std::set<std::string> Documented() {
  std::ifstream manual("docs/functions.md");
  EXPECT_TRUE(manual.good());
  std::set<std::string> names;
  for (std::string line; std::getline(manual, line);) {
    if (!line.starts_with("| `")) continue;
    const std::string name = line.substr(3, line.find('`', 3) - 3);
    EXPECT_TRUE(names.insert(name).second) << name << " is there twice";
  }
  return names;
}

TEST(FunctionsTest, Manual_AndCode_ListTheSame) {
  std::set<std::string> known;
  for (const Function& function : Functions()) known.emplace(function.name);
  EXPECT_EQ(Documented(), known);
}

TEST(FunctionsTest, Names_AreKnownWhollyOrNot) {
  EXPECT_TRUE(IsFunction("compress/deflate"));
  EXPECT_FALSE(IsFunction("compress"));
  EXPECT_FALSE(IsFunction("compress/deflate "));
  EXPECT_FALSE(IsFunction(""));
}

TEST(FunctionsTest, FpgaFamily_IsOpenButNotEmpty) {
  EXPECT_TRUE(IsFunction("fpga/9aeffe5f-8457-0612-c000-c9660d824272"));
  EXPECT_FALSE(IsFunction("fpga/"));
}

}  // namespace
}  // namespace acceld::api
