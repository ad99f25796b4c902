#include "integrations/cdi/spec_directory.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "integrations/cdi/draft_file.h"
#include "tests/support/read_file.h"
#include "tests/support/temp_dir.h"

namespace acceld::cdi {
namespace {

using acceld::testing::ReadFile;
using acceld::testing::TempDir;
using Names = std::vector<std::string>;

mode_t ModeOf(const std::string& path) {
  struct stat status {};
  EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
  return status.st_mode & 07777;
}

SpecDirectory MakeIn(const TempDir& parent) {
  // Engines of other users must read it, whatever the umask of who writes.
  const mode_t former = ::umask(0077);
  auto directory = SpecDirectory::Make(parent.At("cdi"));
  ::umask(former);
  EXPECT_TRUE(directory) << directory.error().message;
  return *std::move(directory);
}

TEST(CdiSpecDirectory, WrittenFile_IsThereForEverybodyToRead) {
  TempDir parent;
  const SpecDirectory directory = MakeIn(parent);
  const mode_t former = ::umask(0077);
  EXPECT_TRUE(directory.Write("a.json", "text"));
  ::umask(former);
  EXPECT_EQ(ReadFile(parent.At("cdi/a.json")), "text");
  EXPECT_EQ(ModeOf(parent.At("cdi")), 0755U);
  EXPECT_EQ(ModeOf(parent.At("cdi/a.json")), 0644U);
  EXPECT_EQ(directory.Read("a.json").value(), "text");
}

TEST(CdiSpecDirectory, WrittenAgain_IsReplacedAsAWhole) {
  TempDir parent;
  const SpecDirectory directory = MakeIn(parent);
  ASSERT_TRUE(directory.Write("a.json", "a long text"));
  struct stat before {};
  ASSERT_EQ(::stat(parent.At("cdi/a.json").c_str(), &before), 0);
  EXPECT_TRUE(directory.Write("a.json", "b"));
  EXPECT_EQ(ReadFile(parent.At("cdi/a.json")), "b");
  EXPECT_EQ(directory.Names("").value(), Names{"a.json"});
}

TEST(CdiSpecDirectory, WrittenWithTheSameText_StaysTheSameFile) {
  TempDir parent;
  const SpecDirectory directory = MakeIn(parent);
  const auto inode = [&] {
    struct stat status {};
    EXPECT_EQ(::stat(parent.At("cdi/a.json").c_str(), &status), 0);
    return status.st_ino;
  };
  ASSERT_TRUE(directory.Write("a.json", "text"));
  const ino_t first = inode();
  ASSERT_TRUE(directory.Write("a.json", "text"));
  EXPECT_EQ(inode(), first);
}

TEST(CdiSpecDirectory, NamesThatAreNone_AreRefused) {
  TempDir parent;
  const SpecDirectory directory = MakeIn(parent);
  for (const char* name :
       {"", ".json", "a", "../a.json", ".a.json", "a/b.json"}) {
    const Status written = directory.Write(name, "text");
    ASSERT_FALSE(written) << name;
    EXPECT_EQ(written.error().code, ErrorCode::kInvalidArgument);
  }
}

TEST(CdiSpecDirectory, ThatOthersCanWriteTo_IsRefused) {
  TempDir parent;
  parent.AddDirectory("cdi", 0755);
  ASSERT_EQ(::chmod(parent.At("cdi").c_str(), 0775), 0);
  const auto directory = SpecDirectory::Make(parent.At("cdi"));
  ASSERT_FALSE(directory);
  EXPECT_EQ(directory.error().code, ErrorCode::kPermissionDenied);
  EXPECT_TRUE(SpecDirectory::Open(parent.At("cdi")));  // to read
}

TEST(CdiSpecDirectory, WithoutAParent_IsNotMade) {
  TempDir parent;
  EXPECT_EQ(SpecDirectory::Make(parent.At("a/cdi")).error().code,
            ErrorCode::kNotFound);
  EXPECT_EQ(SpecDirectory::Open(parent.At("cdi")).error().code,
            ErrorCode::kNotFound);
}

TEST(CdiSpecDirectory, LinkInPlaceOfAFile_IsReplacedNotFollowed) {
  TempDir parent;
  const SpecDirectory directory = MakeIn(parent);
  parent.AddFile("victim", "precious");
  parent.AddLink("cdi/a.json", parent.At("victim"));
  EXPECT_TRUE(directory.Write("a.json", "text"));
  EXPECT_EQ(ReadFile(parent.At("victim")), "precious");
  EXPECT_EQ(ReadFile(parent.At("cdi/a.json")), "text");
}

TEST(CdiSpecDirectory, Names_AreThoseOfSpecsWithThePrefix) {
  TempDir parent;
  const SpecDirectory directory = MakeIn(parent);
  for (const char* name : {"acceld.org-lease_2.json", "acceld.org-lease_1.json",
                           "nvidia.json", "acceld.org-drm.json"}) {
    ASSERT_TRUE(directory.Write(name, "text"));
  }
  parent.AddFile("cdi/acceld.org-lease_3.yaml", "x");
  parent.AddFile("cdi/.acceld.org-lease_4.json", "x");
  EXPECT_EQ(directory.Names("acceld.org-lease_").value(),
            (Names{"acceld.org-lease_1.json", "acceld.org-lease_2.json"}));
  EXPECT_EQ(directory.Names("").value().size(), 4U);
}

TEST(CdiSpecDirectory, RemovedFile_IsGoneAndMayBeGoneBefore) {
  TempDir parent;
  const SpecDirectory directory = MakeIn(parent);
  ASSERT_TRUE(directory.Write("a.json", "text"));
  EXPECT_TRUE(directory.Remove("a.json"));
  EXPECT_TRUE(directory.Remove("a.json"));
  EXPECT_EQ(directory.Read("a.json").error().code, ErrorCode::kNotFound);
}

TEST(CdiSpecDirectory, LeftoverOfAWriterThatDied_IsInNobodysWay) {
  TempDir parent;
  const SpecDirectory directory = MakeIn(parent);
  parent.AddFile("cdi/.acceld.org-a.json.new", "half");
  EXPECT_TRUE(directory.Write("acceld.org-a.json", "text"));
  EXPECT_EQ(ReadFile(parent.At("cdi/acceld.org-a.json")), "text");
  parent.AddLink("cdi/.acceld.org-a.json.new", parent.At("victim"));
  EXPECT_TRUE(directory.Write("acceld.org-a.json", "other text"));
  EXPECT_NE(::access(parent.At("victim").c_str(), F_OK), 0);
}

TEST(CdiSpecDirectory, Leftovers_AreRemovedByTheirPrefix) {
  TempDir parent;
  const SpecDirectory directory = MakeIn(parent);
  parent.AddFile("cdi/.acceld.org-a.json.new", "half");
  parent.AddFile("cdi/.other-a.json.new", "another's");
  EXPECT_TRUE(directory.RemoveLeftovers("acceld.org-"));
  EXPECT_NE(::access(parent.At("cdi/.acceld.org-a.json.new").c_str(), F_OK), 0);
  EXPECT_EQ(ReadFile(parent.At("cdi/.other-a.json.new")), "another's");
}

TEST(CdiSpecDirectory, WhatAnotherOneWritesNow_IsLeftToIt) {
  TempDir parent;
  const SpecDirectory directory = MakeIn(parent);
  const UniqueFd folder(::open(parent.At("cdi").c_str(), O_RDONLY | O_CLOEXEC));
  const auto draft = CreateDraft(folder.get(), ".a.json.new");
  ASSERT_TRUE(draft) << draft.error().message;
  const Status written = directory.Write("a.json", "text");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::kBusy);
  EXPECT_TRUE(directory.RemoveLeftovers("a"));
  EXPECT_EQ(::access(parent.At("cdi/.a.json.new").c_str(), F_OK), 0);
}

TEST(CdiSpecDirectory, FileThatEnginesCannotReadOrOthersCanChange_IsReplaced) {
  TempDir parent;
  const SpecDirectory directory = MakeIn(parent);
  for (const mode_t mode : {mode_t{0600}, mode_t{0664}}) {
    ASSERT_TRUE(directory.Write("a.json", "text"));
    ASSERT_EQ(::chmod(parent.At("cdi/a.json").c_str(), mode), 0);
    EXPECT_TRUE(directory.Write("a.json", "text"));
    EXPECT_EQ(ModeOf(parent.At("cdi/a.json")), 0644U);
  }
}

TEST(CdiSpecDirectory, WhatIsNoRegularFile_IsNotRead) {
  TempDir parent;
  const SpecDirectory directory = MakeIn(parent);
  parent.AddFifo("cdi/fifo.json");
  EXPECT_EQ(directory.Read("fifo.json").error().code,
            ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace acceld::cdi
