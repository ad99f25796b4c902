#include "probes/recording/unpack.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "base/sys_root.h"
#include "tests/support/tar_maker.h"
#include "tests/support/temp_dir.h"

namespace acceld::recording {
namespace {

namespace fs = std::filesystem;
using testing::TarMaker;
using testing::TempDir;

// An archive, an empty directory for it, and something beside that must stay
// as it is.
class UnpackTest : public ::testing::Test {
 protected:
  UnpackTest() {
    folder_.AddDirectory("to");
    folder_.AddFile("beside", "untouched");
    to_.Reset(::open(folder_.At("to").c_str(), O_PATH | O_DIRECTORY));
  }
  ~UnpackTest() override {
    std::ifstream file(folder_.At("beside"));
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}),
              "untouched");
    std::size_t names = 0;
    for (const auto& entry : fs::directory_iterator(folder_.path())) {
      (void)entry;
      ++names;
    }
    EXPECT_LE(names, 3U);  // to, beside, the archive
  }

  Status Run(const std::string& bytes, const UnpackLimits& limits = {}) {
    folder_.AddFile("a.tar", bytes);
    return Unpack(folder_.At("a.tar"), to_, limits);
  }
  void ExpectRefused(const TarMaker& maker, const UnpackLimits& limits = {}) {
    const Status done = Run(maker.Bytes(), limits);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::kCorruptInput)
        << done.error().message;
  }
  [[nodiscard]] SysRoot Unpacked() const {
    return SysRoot::Open(folder_.At("to")).value();
  }

  TempDir folder_;
  UniqueFd to_;
};

TEST_F(UnpackTest, SoundArchive_InEachCompression_IsTheTree) {
  TarMaker maker;
  maker.Directory("sys").File("sys/a/vendor", "0x8086\n");
  maker.Link("sys/link", "a").File("./proc/caf\xc3\xa9\xff", "1");
  for (const char* filter : {"none", "zstd", "xz", "gzip", "bzip2"}) {
    fs::remove_all(folder_.At("to/sys"));
    fs::remove_all(folder_.At("to/proc"));
    const Status done = Run(maker.Bytes(filter));
    ASSERT_TRUE(done) << filter << ": " << done.error().message;
    const SysRoot root = Unpacked();
    EXPECT_EQ(root.ReadAttribute("sys/link/vendor").value(), "0x8086");
    EXPECT_EQ(root.ReadLink("sys/link").value(), "a");
    EXPECT_EQ(root.ReadFile("proc/caf\xc3\xa9\xff").value(), "1");
  }
}

// The archive in xz, whose dictionary is now said to be of 4 GiB.
// Source: The .xz File Format 1.1.0, 3.1 "Block Header", 5.3.1 "LZMA2".
std::string WithHugeDictionary(std::string xz) {
  constexpr std::size_t kHeader = 12;  // after the stream's own
  constexpr std::size_t kSum = 4;      // CRC-32 of the block's header
  const std::size_t size =
      (static_cast<unsigned char>(xz.at(kHeader)) + 1U) * 4U;
  const std::size_t filter = xz.find("\x21\x01", kHeader);
  EXPECT_LT(filter, kHeader + size);
  xz.at(filter + 2) = 40;
  const auto* bytes = reinterpret_cast<const unsigned char*>(xz.data());
  const auto sum = ::crc32(0, bytes + kHeader, static_cast<uInt>(size - kSum));
  for (std::size_t i = 0; i < kSum; ++i) {
    xz.at(kHeader + size - kSum + i) = static_cast<char>(sum >> (8 * i));
  }
  return xz;
}

TEST_F(UnpackTest, XzThatAsksForAHugeDictionary_IsRefused) {
  const std::string sound = TarMaker().File("sys/a", "1").Bytes("xz");
  const Status done = Run(WithHugeDictionary(sound));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kCorruptInput);
  EXPECT_NE(done.error().message.find("MiB of memory"), std::string::npos)
      << done.error().message;
  EXPECT_TRUE(fs::is_empty(folder_.At("to")));
}

// What follows the archive's own end is not looked at.
TEST_F(UnpackTest, XzThatIsCutOff_IsRefused) {
  const std::string sound =
      TarMaker().File("sys/a", std::string(5000, 'a')).Bytes("xz");
  for (std::size_t size = 6; size < sound.size() / 2; size += 7) {
    fs::remove_all(folder_.At("to/sys"));
    EXPECT_FALSE(Run(sound.substr(0, size))) << size;
  }
}

// Source: RFC 8878, 3.1.1.1.2 "Window Descriptor".
TEST_F(UnpackTest, ZstdThatAsksForAHugeWindow_IsRefused) {
  std::string zstd = TarMaker().File("sys/a", "1").Bytes("zstd");
  ASSERT_EQ(zstd.at(4) & 0x20, 0) << "a window descriptor follows";
  const auto say = [&](int exponent) {
    zstd.at(5) = static_cast<char>((exponent - 10) << 3);
  };
  say(27);
  EXPECT_TRUE(Run(zstd));
  fs::remove_all(folder_.At("to/sys"));
  say(31);
  const Status done = Run(zstd);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kCorruptInput);
  EXPECT_TRUE(fs::is_empty(folder_.At("to")));
}

TEST_F(UnpackTest, FileThatNobodyMayRead_StaysSoForRoot) {
  ASSERT_TRUE(Run(TarMaker().File("sys/config", "", 0).Bytes()));
  const auto read = Unpacked().ReadFile("sys/config");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::kPermissionDenied);
}

TEST_F(UnpackTest, NamesThatLeadOut_AreRefused) {
  ExpectRefused(TarMaker().File("/etc/evil", "x"));
  ExpectRefused(TarMaker().File("../beside", "x"));
  ExpectRefused(TarMaker().File("sys/../../beside", "x"));
  ExpectRefused(TarMaker().Directory(".."));
}

TEST_F(UnpackTest, LinksThatLeadOut_AreRefused) {
  ExpectRefused(TarMaker().Link("sys/l1", "/etc"));
  ExpectRefused(TarMaker().Link("sys/l2", "../../beside"));
  ExpectRefused(TarMaker().Link("sys/l3", "x/../../beside"));
}

TEST_F(UnpackTest, FileThroughALink_IsRefused) {
  ExpectRefused(TarMaker().Directory("a").Link("b", "a").File("b/c", "x"));
  EXPECT_FALSE(fs::exists(folder_.At("to/a/c")));
}

TEST_F(UnpackTest, LinkAsAFile_IsRefused) {
  ExpectRefused(TarMaker().Link("a", "b").File("a", "x"));
  EXPECT_FALSE(fs::exists(folder_.At("to/b")));
}

TEST_F(UnpackTest, WhatIsNeitherFileDirectoryNorLink_IsRefused) {
  ExpectRefused(TarMaker().Node("fifo", S_IFIFO));
  ExpectRefused(TarMaker().Node("null", S_IFCHR));
  ExpectRefused(TarMaker().Node("disk", S_IFBLK));
  ExpectRefused(TarMaker().File("f", "x").HardLink("h", "f"));
}

TEST_F(UnpackTest, NameTwice_IsRefused) {
  ExpectRefused(TarMaker().File("a", "1").File("a", "2"));
  ExpectRefused(TarMaker().Link("l", "a").Link("l", "b"));
}

TEST_F(UnpackTest, TooMuch_IsRefused) {
  UnpackLimits limits;
  limits.entries = 2;
  ExpectRefused(TarMaker().File("1", "").File("2", "").File("3", ""), limits);
  limits = {};
  limits.bytes_of_a_file = 10;
  ExpectRefused(TarMaker().File("4", std::string(11, 'x')), limits);
  limits = {};
  limits.bytes = 10;
  ExpectRefused(TarMaker().File("5", "123456").File("6", "123456"), limits);
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "d/";
  ExpectRefused(TarMaker().File(deep + "f", ""));
}

TEST_F(UnpackTest, BytesThatAreNoArchive_AreRefused) {
  for (const std::string& bytes :
       {std::string("hello"), std::string(100000, '\x7f'),
        TarMaker()
            .File("a", std::string(100000, 'a'))
            .Bytes("zstd")
            .substr(0, 60)}) {
    const Status done = Run(bytes);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::kCorruptInput);
  }
}

TEST_F(UnpackTest, NoSuchFile_IsNotFound) {
  const Status done = Unpack(folder_.At("nothing"), to_);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace acceld::recording
