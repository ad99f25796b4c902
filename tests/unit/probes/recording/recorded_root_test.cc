#include "probes/recording/recorded_root.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "tests/support/tar_maker.h"
#include "tests/support/temp_dir.h"

namespace acceld::recording {
namespace {

namespace fs = std::filesystem;
using testing::TarMaker;
using testing::TempDir;

class RecordedRootTest : public ::testing::Test {
 protected:
  RecordedRootTest() {
    folder_.AddDirectory("tmp");
    ::setenv("TMPDIR", folder_.At("tmp").c_str(), 1);  // NOLINT: one thread
    folder_.AddFile(
        "machine.tar.zst",
        TarMaker().File("sys/a", "1").File("proc/b", "2").Bytes("zstd"));
  }
  ~RecordedRootTest() override { ::unsetenv("TMPDIR"); }  // NOLINT: as above
  [[nodiscard]] bool NothingLeft() const {
    return fs::is_empty(folder_.At("tmp"));
  }

  TempDir folder_;
};

TEST_F(RecordedRootTest, Archive_IsReadAndRemoved) {
  {
    auto opened = RecordedRoot::Open(folder_.At("machine.tar.zst"));
    ASSERT_TRUE(opened) << opened.error().message;
    const RecordedRoot moved = *std::move(opened);
    EXPECT_EQ(moved.root().ReadFile("sys/a").value(), "1");
    EXPECT_FALSE(moved.root().is_live());
    const auto mode = fs::status(moved.root().directory()).permissions();
    EXPECT_EQ(mode, fs::perms::owner_all);
  }
  EXPECT_TRUE(NothingLeft());
}

TEST_F(RecordedRootTest, ArchiveOfOneDirectory_IsThatDirectory) {
  folder_.AddFile("hwloc.tar.gz",
                  TarMaker().File("node17/sys/a", "3").Bytes("gzip"));
  const auto opened = RecordedRoot::Open(folder_.At("hwloc.tar.gz"));
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->root().ReadFile("sys/a").value(), "3");
}

TEST_F(RecordedRootTest, Directory_IsReadWhereItIs) {
  folder_.AddFile("tree/sys/a", "4");
  const auto opened = RecordedRoot::Open(folder_.At("tree"));
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->root().directory(), folder_.At("tree"));
  EXPECT_TRUE(NothingLeft());
}

TEST_F(RecordedRootTest, WhatIsNoArchive_LeavesNothing) {
  folder_.AddFile("text", "not an archive");
  const auto opened = RecordedRoot::Open(folder_.At("text"));
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::kCorruptInput);
  EXPECT_TRUE(NothingLeft());
}

TEST_F(RecordedRootTest, WhatHoldsNoSys_IsRefused) {
  folder_.AddFile("tree/sysfs/a", "4");
  folder_.AddFile("wrong/sys", "a file");
  folder_.AddFile("other.tar", TarMaker().File("home/a", "1").Bytes("none"));
  for (const char* name : {"tree", "wrong", "other.tar"}) {
    const auto opened = RecordedRoot::Open(folder_.At(name));
    ASSERT_FALSE(opened) << name;
    EXPECT_EQ(opened.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(opened.error().message.find(folder_.At(name)), std::string::npos);
  }
  EXPECT_TRUE(NothingLeft());
}

TEST_F(RecordedRootTest, NoSuchFile_IsNotFound) {
  const auto opened = RecordedRoot::Open(folder_.At("nothing"));
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::kNotFound);
}

// Whoever dies by these, the directory goes. The process that removes it
// becomes this one's child, so that its end can be waited for.
TEST_F(RecordedRootTest, ProcessThatIsKilled_LeavesNothing) {
  ASSERT_EQ(::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), 0);
  for (const int number : {SIGINT, SIGTERM, SIGKILL, SIGABRT}) {
    std::array<int, 2> ready{};
    ASSERT_EQ(::pipe(ready.data()), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      (void)::signal(number, SIG_DFL);
      const auto opened = RecordedRoot::Open(folder_.At("machine.tar.zst"));
      const char told = opened ? 'y' : 'n';
      (void)!::write(ready[1], &told, 1);
      while (true) ::pause();
    }
    char told = 0;
    ASSERT_EQ(::read(ready[0], &told, 1), 1);
    EXPECT_EQ(told, 'y');
    EXPECT_FALSE(NothingLeft());
    ASSERT_EQ(::kill(child, number), 0);
    while (::wait(nullptr) > 0) {
    }
    EXPECT_TRUE(NothingLeft()) << "signal " << number;
    (void)::close(ready[0]);
    (void)::close(ready[1]);
  }
}

}  // namespace
}  // namespace acceld::recording
