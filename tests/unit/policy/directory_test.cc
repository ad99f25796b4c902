#include "policy/directory.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "policy/policy.h"
#include "tests/support/temp_dir.h"

namespace acceld::policy {
namespace {

using ::acceld::testing::TempDir;

constexpr char kMinimal[] = R"({"version": 1})";

std::vector<std::string> NamesIn(const std::string& directory) {
  const auto sources = ReadPolicyDirectory(directory);
  std::vector<std::string> names;
  if (!sources) {
    ADD_FAILURE() << sources.error().message;
    return names;
  }
  for (const PolicySource& source : *sources) names.push_back(source.name);
  return names;
}

ErrorCode FaultOf(const std::string& directory) {
  const auto sources = ReadPolicyDirectory(directory);
  if (!sources) return sources.error().code;
  ADD_FAILURE() << "read";
  return ErrorCode::kInternal;
}

TEST(PolicyDirectory, Files_ComeInNameOrder) {
  TempDir directory;
  directory.AddFile("90-b.json", "b");
  directory.AddFile("10-c.json", "c");
  directory.AddFile("9-a.json", "a", 0600);
  EXPECT_EQ(NamesIn(directory.path()),
            (std::vector<std::string>{"10-c.json", "9-a.json", "90-b.json"}));
}

TEST(PolicyDirectory, HiddenFilesAndBackups_AreNotRead) {
  TempDir directory;
  for (const char* name : {".hidden.json", "a.json~", "a.json.bak", "b.conf",
                           "#c.json#", "d.json.example"}) {
    directory.AddFile(name, kMinimal, 0666);
  }
  EXPECT_TRUE(NamesIn(directory.path()).empty());
}

TEST(PolicyDirectory, AbsentOrEmptyDirectory_GivesDefault) {
  TempDir directory;
  for (const std::string& path :
       {directory.path(), directory.At("no-such-directory")}) {
    const auto policy = Policy::LoadDirectory(path);
    ASSERT_TRUE(policy.has_value());
    EXPECT_EQ((*policy)->origin(), "default");
  }
}

TEST(PolicyDirectory, LoadDirectory_CompilesWhatIsThere) {
  TempDir directory;
  directory.AddFile("a.json", kMinimal);
  const auto policy = Policy::LoadDirectory(directory.path());
  ASSERT_TRUE(policy.has_value());
  EXPECT_EQ((*policy)->origin(), "a.json");
}

TEST(PolicyDirectory, FileWritableByOthers_IsRefused) {
  for (mode_t mode : {0664U, 0646U, 0622U}) {
    TempDir directory;
    directory.AddFile("a.json", kMinimal, mode);
    EXPECT_EQ(FaultOf(directory.path()), ErrorCode::kPermissionDenied) << mode;
  }
}

TEST(PolicyDirectory, DirectoryWritableByOthers_IsRefused) {
  TempDir directory;
  directory.AddDirectory("policy.d", 0777);
  EXPECT_EQ(FaultOf(directory.At("policy.d")), ErrorCode::kPermissionDenied);
}

TEST(PolicyDirectory, OwnerThatIsNotTrusted_IsRefused) {
  TempDir directory;
  directory.AddFile("a.json", kMinimal);
  const std::vector<uid_t> others{::geteuid() + 1};
  const auto sources = ReadPolicyDirectory(directory.path(), others);
  ASSERT_FALSE(sources.has_value());
  EXPECT_EQ(sources.error().code, ErrorCode::kPermissionDenied);
  EXPECT_EQ(TrustedOwners(), (std::vector<uid_t>{0, ::geteuid()}));
}

TEST(PolicyDirectory, SymbolicLinks_AreRefused) {
  TempDir directory;
  directory.AddFile("elsewhere/a.json", kMinimal);
  directory.AddDirectory("policy.d");
  directory.AddLink("policy.d/a.json", directory.At("elsewhere/a.json"));
  EXPECT_EQ(FaultOf(directory.At("policy.d")), ErrorCode::kPermissionDenied);
  directory.AddLink("link.d", directory.At("elsewhere"));
  EXPECT_EQ(FaultOf(directory.At("link.d")), ErrorCode::kPermissionDenied);
}

TEST(PolicyDirectory, NoRegularFile_IsRefusedAndDoesNotBlock) {
  TempDir fifo;
  fifo.AddFifo("a.json");
  EXPECT_EQ(FaultOf(fifo.path()), ErrorCode::kInvalidArgument);
  TempDir nested;
  nested.AddDirectory("a.json");
  EXPECT_EQ(FaultOf(nested.path()), ErrorCode::kInvalidArgument);
}

TEST(PolicyDirectory, FileInPlaceOfDirectory_IsRefused) {
  TempDir directory;
  directory.AddFile("policy.d", kMinimal);
  EXPECT_EQ(FaultOf(directory.At("policy.d")), ErrorCode::kInvalidArgument);
}

TEST(PolicyDirectory, FileOverOneMebibyte_IsRefused) {
  TempDir directory;
  directory.AddFile("a.json", std::string((std::size_t{1} << 20), ' '));
  EXPECT_EQ(NamesIn(directory.path()).size(), 1U);
  directory.AddFile("b.json", std::string((std::size_t{1} << 20) + 1, ' '));
  EXPECT_EQ(FaultOf(directory.path()), ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace acceld::policy
