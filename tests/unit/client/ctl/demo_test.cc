// The demo's parts, with zlib in the place of the devices.
#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/units.h"
#include "client/ctl/demo_check.h"
#include "client/ctl/demo_input.h"
#include "client/ctl/demo_pipeline.h"
#include "client/ctl/demo_text.h"
#include "client/ctl/demo_work.h"
#include "client/ctl/gzip_member.h"
#include "client/pipeline_file.h"

namespace acceld::ctl {
namespace {

using Buffer = std::vector<std::byte>;

Buffer RawDeflate(std::span<const std::byte> bytes, int level) {
  Buffer out(bytes.size() + bytes.size() / 1000 + 64);
  z_stream stream{};
  EXPECT_EQ(
      ::deflateInit2(&stream, level, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY),
      Z_OK);
  stream.next_in =
      reinterpret_cast<Bytef*>(const_cast<std::byte*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(::deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(out.size() - stream.avail_out);
  (void)::deflateEnd(&stream);
  return out;
}

void AppendMember(Buffer& file, std::span<const std::byte> bytes) {
  const auto header = GzipHeader();
  const Buffer raw = RawDeflate(bytes, 6);
  const auto trailer = GzipTrailer(Crc32(bytes), bytes.size());
  file.insert(file.end(), header.begin(), header.end());
  file.insert(file.end(), raw.begin(), raw.end());
  file.insert(file.end(), trailer.begin(), trailer.end());
}

// Two members of different sizes.
struct Sample {
  DemoInput input = *DemoInput::Make(Bytes(3000000));
  Buffer file;
  Sample() {
    AppendMember(file, input.bytes().first(2000000));
    AppendMember(file, input.bytes().subspan(2000000));
  }
};

TEST(DemoCheckTest, MembersOneAfterAnother_AreOneFile) {
  const Sample sample;
  const auto status = CheckUnpacksTo(sample.file, sample.input.bytes());
  EXPECT_TRUE(status) << status.error().message;
}

TEST(DemoCheckTest, AnyDamage_IsFound) {
  for (const std::size_t at : {0UL, 5000UL, 1000000UL}) {
    Sample sample;
    sample.file[at] ^= std::byte{0x40};
    EXPECT_EQ(CheckUnpacksTo(sample.file, sample.input.bytes()).error().code,
              ErrorCode::kCorruptInput)
        << at;
  }
}

TEST(DemoCheckTest, TooLittleOrTooMuch_IsFound) {
  Sample sample;
  const auto all = sample.input.bytes();
  EXPECT_FALSE(CheckUnpacksTo(sample.file, all.first(all.size() - 1)));
  sample.file.pop_back();
  EXPECT_FALSE(CheckUnpacksTo(sample.file, all));
  EXPECT_FALSE(CheckUnpacksTo({}, all));
  AppendMember(sample.file, all);
  EXPECT_FALSE(CheckUnpacksTo(sample.file, all));
}

// FIPS 180-2, appendix B.1.
TEST(DemoCheckTest, Digest_OfAbc_IsThePublishedOne) {
  const std::string text = "abc";
  EXPECT_EQ(ToHex(*Sha256Of(std::as_bytes(std::span(text)))),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(GzipMemberTest, Bound_HoldsForWhatCannotShrink) {
  const auto input = *DemoInput::Make(Bytes(196608));
  const auto noise = input.bytes().subspan(131072);
  for (const int level : {0, 1, 6, 9}) {
    EXPECT_LE(RawDeflate(noise, level).size() + kGzipHeader + kGzipTrailer,
              GzipMemberBound(noise.size()))
        << level;
  }
}

TEST(DemoInputTest, TestData_IsTheSameEachTime_AndMixed) {
  const auto one = *DemoInput::Make(Bytes(200001));
  const auto other = *DemoInput::Make(Bytes(200001));
  ASSERT_EQ(one.bytes().size(), 200001U);
  EXPECT_TRUE(std::equal(one.bytes().begin(), one.bytes().end(),
                         other.bytes().begin()));
  EXPECT_LT(RawDeflate(one.bytes().first(65536), 6).size(), 30000U);
  EXPECT_LT(RawDeflate(one.bytes().subspan(65536, 65536), 6).size(), 200U);
  EXPECT_GT(RawDeflate(one.bytes().subspan(131072, 65536), 6).size(), 65000U);
  EXPECT_FALSE(DemoInput::Make(Bytes(0)));
}

TEST(DemoInputTest, File_IsMapped_AndWhatIsNoneIsRefused) {
  const std::string path =
      std::filesystem::path(::testing::TempDir()) / "input";
  const std::string text = "some bytes";
  ASSERT_TRUE(WriteFile(path, std::as_bytes(std::span(text))));
  const auto input = DemoInput::Map(path);
  ASSERT_TRUE(input) << input.error().message;
  EXPECT_EQ(input->bytes().size(), text.size());
  EXPECT_EQ(DemoInput::Map(path + ".none").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(DemoInput::Map("/dev/null").error().code,
            ErrorCode::kInvalidArgument);
  ASSERT_TRUE(WriteFile(path, {}));
  EXPECT_EQ(DemoInput::Map(path).error().code, ErrorCode::kInvalidArgument);
}

TEST(DemoPipelineTest, BuiltIn_IsThePublishedFile) {
  const auto published =
      client::ReadPipelineFile("configs/pipelines/compress-digest.json");
  ASSERT_TRUE(published) << published.error().message;
  EXPECT_EQ(DemoPipeline(DemoBufferFor(std::size_t{64} << 20)), *published);
}

TEST(DemoPipelineTest, Stages_AreFoundByWhatTheyDo) {
  const auto stages = FindDemoStages(DemoPipeline(Bytes(1048576)));
  ASSERT_TRUE(stages);
  EXPECT_EQ(stages->pack, "pack");
  EXPECT_EQ(stages->sum, "sum");
  EXPECT_EQ(stages->link, 1);
  EXPECT_EQ(FindDemoStages(Document::Object{}).error().code,
            ErrorCode::kInvalidArgument);
}

TEST(DemoWorkTest, Buffer_HoldsTheWorstCase_InWholeMebibytes) {
  EXPECT_EQ(DemoBufferFor(1), Bytes(1048576));
  EXPECT_EQ(DemoBufferFor(std::size_t{64} << 20), Bytes(65 * 1048576));
}

TEST(DemoTextTest, Rates_AreOfTheTimeGiven) {
  EXPECT_EQ(RateOf(1048576, std::chrono::milliseconds(500)), "2.0 MiB/s");
  EXPECT_EQ(SizeOf(1), "1 byte");
  EXPECT_EQ(SizeOf(1536), "1.5 KiB");
  EXPECT_EQ(SizeOf(3 * 1048576), "3.0 MiB");
}

}  // namespace
}  // namespace acceld::ctl
