#include "base/trusted_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "tests/support/temp_dir.h"

namespace acceld {
namespace {

using acceld::testing::TempDir;

ErrorCode FaultOf(const std::string& path, const std::vector<uid_t>& owners) {
  const auto text = ReadTrustedFile(AT_FDCWD, path, path, owners);
  if (!text) return text.error().code;
  ADD_FAILURE() << "read " << path;
  return ErrorCode::kInternal;
}

TEST(TrustedFile, OfATrustedOwner_IsReadWhole) {
  TempDir directory;
  const std::string text((std::size_t{1} << 20), 'x');
  directory.AddFile("whole", text);
  const std::string path = directory.At("whole");
  EXPECT_EQ(ReadTrustedFile(AT_FDCWD, path, path).value(), text);
}

TEST(TrustedFile, WhatCannotBeTrusted_IsRefused) {
  TempDir directory;
  directory.AddFile("group", "x", 0660);
  directory.AddFile("others", "x", 0602);
  directory.AddFile("good", "x", 0600);
  directory.AddLink("link", directory.At("good"));
  for (const char* name : {"group", "others", "link"}) {
    EXPECT_EQ(FaultOf(directory.At(name), TrustedOwners()),
              ErrorCode::kPermissionDenied)
        << name;
  }
  EXPECT_EQ(FaultOf(directory.At("good"), {::geteuid() + 1}),
            ErrorCode::kPermissionDenied);
}

TEST(TrustedFile, WhatIsNoFile_IsRefusedAndDoesNotBlock) {
  TempDir directory;
  directory.AddFifo("fifo");
  directory.AddDirectory("directory");
  for (const char* name : {"fifo", "directory"}) {
    EXPECT_EQ(FaultOf(directory.At(name), TrustedOwners()),
              ErrorCode::kInvalidArgument)
        << name;
  }
  EXPECT_EQ(FaultOf(directory.At("absent"), TrustedOwners()),
            ErrorCode::kNotFound);
}

TEST(TrustedFile, LargerThanTheLimit_IsRefused) {
  TempDir directory;
  directory.AddFile("large", std::string(kMaxTrustedFileBytes + 1, 'x'));
  EXPECT_EQ(FaultOf(directory.At("large"), TrustedOwners()),
            ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace acceld
