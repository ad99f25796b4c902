#include "daemon/grant/device_opener.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <string>

#include "tests/support/fake_attributes.h"
#include "tests/support/temp_dir.h"

namespace acceld::daemon {
namespace {

using acceld::testing::FakeAttributes;
using acceld::testing::TempDir;

// Documentation/admin-guide/devices.txt: 1 char, 5 = /dev/zero.
const dev_t kZero = makedev(1, 5);

OpenToken Token() { return *OpenToken::For("drm", "i915"); }

void ExpectCode(const Result<UniqueFd>& result, ErrorCode code) {
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, code) << result.error().message;
}

TEST(NodeOpener, RightNumber_OpensReadWriteAndCloseOnExec) {
  const auto fd = NodeOpener().Open(Token(), "/dev/zero", kZero);
  ASSERT_TRUE(fd.has_value()) << fd.error().message;
  struct stat status {};
  ASSERT_EQ(::fstat(fd->get(), &status), 0);
  EXPECT_EQ(status.st_rdev, kZero);
  EXPECT_EQ(::fcntl(fd->get(), F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
  EXPECT_EQ(::fcntl(fd->get(), F_GETFL) & (O_ACCMODE | O_PATH), O_RDWR);
  char byte = 'x';
  EXPECT_EQ(::read(fd->get(), &byte, 1), 1);
  EXPECT_EQ(byte, 0);
}

TEST(NodeOpener, AnotherNumber_IsGone) {
  ExpectCode(NodeOpener().Open(Token(), "/dev/zero", makedev(1, 3)),
             ErrorCode::kDeviceGone);
}

TEST(NodeOpener, Missing_IsGone) {
  const TempDir dir;
  ExpectCode(NodeOpener().Open(Token(), dir.At("zero"), kZero),
             ErrorCode::kDeviceGone);
  ExpectCode(NodeOpener().Open(Token(), dir.At("none/zero"), kZero),
             ErrorCode::kDeviceGone);
}

TEST(NodeOpener, SymlinkToTheDevice_IsRefused) {
  TempDir dir;
  dir.AddLink("zero", "/dev/zero");
  ExpectCode(NodeOpener().Open(Token(), dir.At("zero"), kZero),
             ErrorCode::kDeviceGone);
}

TEST(NodeOpener, AnythingButACharacterDevice_IsRefused) {
  TempDir dir;
  dir.AddFile("file", "bytes");
  dir.AddDirectory("directory");
  dir.AddFifo("fifo");  // an open of it would hang
  for (const char* name : {"file", "directory", "fifo"}) {
    ExpectCode(NodeOpener().Open(Token(), dir.At(name), 0),
               ErrorCode::kDeviceGone);
    ExpectCode(NodeOpener().Open(Token(), dir.At(name), kZero),
               ErrorCode::kDeviceGone);
  }
}

TEST(NodeOpener, NoDescriptorsLeft_IsNotTakenForAbsence) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit none{0, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  const auto fd = NodeOpener().Open(Token(), "/dev/zero", kZero);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  ExpectCode(fd, ErrorCode::kNoMemory);
}

FakeAttributes Device(const std::string& number) {
  return {{"node", std::string("/dev/dri/renderD128")},
          {"device_number", number}};
}

TEST(NodeOf, GoodAttributes_GiveNodeAndNumber) {
  const auto node = NodeOf(Device("226:128"));
  ASSERT_TRUE(node.has_value());
  EXPECT_EQ(node->path, "/dev/dri/renderD128");
  EXPECT_EQ(node->number, makedev(226, 128));
}

TEST(NodeOf, LargestNumber_IsKept) {
  const auto node = NodeOf(Device("4095:1048575"));
  ASSERT_TRUE(node.has_value());
  EXPECT_EQ(node->number, makedev(4095, 1048575));
}

TEST(NodeOf, MalformedNumber_IsCorrupt) {
  for (const char* number :
       {"", ":", "226", "226:", ":128", "226:128:1", "226:128 ", "render:128",
        "226:-1", "-1:128", "4096:0", "0:1048576", "4294967522:128",
        "226:99999999999999999999"}) {
    const auto node = NodeOf(Device(number));
    ASSERT_FALSE(node.has_value()) << number;
    EXPECT_EQ(node.error().code, ErrorCode::kCorruptInput) << number;
  }
}

TEST(NodeOf, AttributesMissingOrOfAnotherType_AreNoNode) {
  const std::string path = "/dev/dri/renderD128";
  const std::string number = "226:128";
  for (const FakeAttributes& device :
       {FakeAttributes{}, FakeAttributes{{"node", path}},
        FakeAttributes{{"device_number", number}},
        FakeAttributes{{"node", path}, {"device_number", std::int64_t{226}}},
        FakeAttributes{{"node", true}, {"device_number", number}}}) {
    const auto node = NodeOf(device);
    ASSERT_FALSE(node.has_value());
    EXPECT_EQ(node.error().code, ErrorCode::kUnsupported);
  }
}

}  // namespace
}  // namespace acceld::daemon
