#include "probes/recording/pack.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "base/sys_root.h"
#include "base/unique_fd.h"
#include "probes/recording/unpack.h"
#include "tests/support/temp_dir.h"

namespace acceld::recording {
namespace {

using testing::TempDir;

Recording Small() {
  Recording recording;
  recording.entries = {
      {"sys", {}},
      {"sys/a", {FileKind::kFile, std::string("1\0 2", 4), true}},
      {"sys/hidden", {FileKind::kFile, "", false}},
      {"sys/link", {FileKind::kLink, "a", true}},
      {"sys/odd \xff\nname", {FileKind::kFile, "x", true}},
  };
  return recording;
}

TEST(Pack, EachCompression_Unpacked_IsWhatWasPacked) {
  TempDir folder;
  for (const char* name :
       {"a.tar", "a.tar.gz", "a.tgz", "a.tar.xz", "a.tar.zst"}) {
    const auto bytes = Pack(Small(), "{}\n", CompressionFor(name).value());
    ASSERT_TRUE(bytes) << bytes.error().message;
    ASSERT_TRUE(WriteWhole(folder.At(name), *bytes, false));
    folder.AddDirectory(std::string(name) + "-tree");
    const std::string tree = folder.At(std::string(name) + "-tree");
    const UniqueFd to(::open(tree.c_str(), O_PATH | O_DIRECTORY));
    const Status done = Unpack(folder.At(name), to);
    ASSERT_TRUE(done) << name << ": " << done.error().message;
    const SysRoot root = SysRoot::Open(tree).value();
    EXPECT_EQ(root.ReadFile(kManifestName).value(), "{}\n");
    EXPECT_EQ(root.ReadFile("sys/link").value(), std::string("1\0 2", 4));
    EXPECT_EQ(root.ReadFile("sys/odd \xff\nname").value(), "x");
    EXPECT_EQ(root.ReadFile("sys/hidden").error().code,
              ErrorCode::kPermissionDenied);
  }
}

TEST(Pack, SameRecording_SameBytes) {
  for (const auto compression : {Compression::kGzip, Compression::kZstd}) {
    EXPECT_EQ(Pack(Small(), "m", compression).value(),
              Pack(Small(), "m", compression).value());
  }
}

TEST(CompressionFor, AnotherEnd_IsInvalid) {
  for (const char* name : {"a", "a.zip", "a.tar.bz2", "tar", ""}) {
    const auto compression = CompressionFor(name);
    ASSERT_FALSE(compression) << name;
    EXPECT_EQ(compression.error().code, ErrorCode::kInvalidArgument);
  }
}

TEST(WriteWhole, ExistingFile_IsReplacedAndPrivate) {
  TempDir folder;
  folder.AddFile("a.tar", "before");
  ASSERT_TRUE(WriteWhole(folder.At("a.tar"), "after", true));
  struct stat status {};
  ASSERT_EQ(::stat(folder.At("a.tar").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  EXPECT_EQ(status.st_size, 5);
}

TEST(WriteWhole, ExistingFile_WithoutForce_StaysAsItIs) {
  TempDir folder;
  folder.AddFile("a.tar", "before");
  const Status done = WriteWhole(folder.At("a.tar"), "after", false);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(std::filesystem::file_size(folder.At("a.tar")), 6U);
}

TEST(WriteWhole, NoSuchDirectory_LeavesNothing) {
  TempDir folder;
  const Status done = WriteWhole(folder.At("nowhere/a.tar"), "bytes", true);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(WriteWhole, NameOfADirectory_LeavesNothingBeside) {
  TempDir folder;
  folder.AddDirectory("a.tar/full");
  ASSERT_FALSE(WriteWhole(folder.At("a.tar"), "bytes", true));
  std::size_t names = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    EXPECT_EQ(entry.path().filename(), "a.tar");
    ++names;
  }
  EXPECT_EQ(names, 1U);
}

}  // namespace
}  // namespace acceld::recording
