// What leads to the directory is tested with the policy's
// (tests/unit/daemon/policy_watch_test.cc).
#include "base/directory_watch.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string_view>

#include "base/clock.h"
#include "tests/support/temp_dir.h"

namespace acceld {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

bool IsText(std::string_view name) { return name.ends_with(".txt"); }

TEST(DirectoryWatch, FilesThatMatter_AreToldOnce) {
  acceld::testing::TempDir directory;
  auto watch = DirectoryWatch::Open(directory.path(), IsText);
  ASSERT_TRUE(watch) << watch.error().message;
  EXPECT_FALSE(watch->Next());
  directory.AddFile("a.json", "");
  EXPECT_FALSE(watch->Next());
  directory.AddFile("a.txt", "");
  directory.AddFile("b.txt", "");
  EXPECT_TRUE(watch->Next());
  EXPECT_FALSE(watch->Next());
}

TEST(QuietTime, Changes_AreDueWhenNoneFollows) {
  const SteadyTime start{seconds(1000)};
  QuietTime quiet;
  EXPECT_FALSE(quiet.due());
  quiet.OnChange(start);
  EXPECT_EQ(quiet.due(), start + QuietTime::kQuiet);
  quiet.OnChange(start + milliseconds(100));
  EXPECT_EQ(quiet.due(), start + milliseconds(100) + QuietTime::kQuiet);
  quiet.Clear();
  EXPECT_FALSE(quiet.due());
}

TEST(QuietTime, ChangesWithoutEnd_AreDueWhenPatienceEnds) {
  const SteadyTime start{seconds(1000)};
  QuietTime quiet;
  for (milliseconds at{0}; at <= QuietTime::kPatience; at += milliseconds(50)) {
    quiet.OnChange(start + at);
  }
  EXPECT_EQ(quiet.due(), start + QuietTime::kPatience);
}

}  // namespace
}  // namespace acceld
