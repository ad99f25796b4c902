#include "client/ctl/spec_file.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <thread>

#include "tests/support/temp_dir.h"

namespace acceld::ctl {
namespace {

using acceld::testing::TempDir;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""ms;

TEST(SpecFile, ThatIsThere_IsNotWaitedFor) {
  TempDir directory;
  directory.AddFile("a.json", "{}");
  EXPECT_TRUE(WaitForSpec(directory.path(), "a.json", 0ms));
}

TEST(SpecFile, ThatIsMovedThere_IsNoticed) {
  TempDir directory;
  directory.AddFile(".a.json.new", "{}");
  std::thread writer([&] {
    EXPECT_EQ(std::rename(directory.At(".a.json.new").c_str(),
                          directory.At("a.json").c_str()),
              0);
  });
  EXPECT_TRUE(WaitForSpec(directory.path(), "a.json", 20s));
  writer.join();
}

TEST(SpecFile, ThatNobodyWrites_IsUnavailable) {
  TempDir directory;
  directory.AddFile("b.json", "{}");
  for (const std::string& path : {directory.path(), directory.At("none")}) {
    const Status waited = WaitForSpec(path, "a.json", 1ms);
    ASSERT_FALSE(waited);
    EXPECT_EQ(waited.error().code, ErrorCode::kUnavailable);
  }
}

}  // namespace
}  // namespace acceld::ctl
