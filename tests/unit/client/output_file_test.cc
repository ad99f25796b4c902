#include "client/output_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace acceld::client {
namespace {

std::string Read(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

class WriteFileTest : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::remove_all(directory_);
    std::filesystem::create_directory(directory_);
    std::ofstream(path_) << "old";
  }

  const std::string directory_ = testing::TempDir() + "/output_file_test";
  const std::string path_ = directory_ + "/machine.svg";
};

TEST_F(WriteFileTest, FileThatIsThere_IsReplacedWhenForced) {
  EXPECT_FALSE(WriteFile(path_, "new", false));
  EXPECT_EQ(Read(path_), "old");
  EXPECT_TRUE(WriteFile(path_, "new", true));
  EXPECT_EQ(Read(path_), "new");
  const std::filesystem::directory_iterator left(directory_);
  EXPECT_EQ(std::distance(begin(left), end(left)), 1);
}

// Another user may have put them there.
TEST_F(WriteFileTest, FilesBeside_AreNeverWrittenTo) {
  const std::string plain = path_ + ".part";
  const std::string own = plain + std::to_string(::getpid());
  std::ofstream(plain) << "theirs";
  EXPECT_TRUE(WriteFile(path_, "new", true));
  EXPECT_EQ(Read(plain), "theirs");
  std::filesystem::create_symlink(plain, own);
  EXPECT_FALSE(WriteFile(path_, "newer", true));
  EXPECT_EQ(Read(plain), "theirs");
  EXPECT_EQ(Read(path_), "new");
}

}  // namespace
}  // namespace acceld::client
