// compress/deflate and decompress/deflate, against zlib itself.

#include <gtest/gtest.h>
#include <zlib.h>

#include <vector>

#include "tests/unit/soft/operation_runner.h"

namespace acceld::soft {
namespace {

using acceld::testing::AddressOf;
using acceld::testing::ClientMemory;
using acceld::testing::FillRandom;
using acceld::testing::FillText;
using acceld::testing::OperationRunner;
using acceld::testing::StatusOf;
using api::soft::CompletionStatus;

constexpr std::size_t kChunk = Workspace::kChunk;
constexpr int kRawWindow = -15;

std::vector<std::byte> Text(std::size_t size) {
  std::vector<std::byte> bytes(size);
  FillText(bytes, size);
  return bytes;
}

// In one call each, unlike the functions under test.
std::vector<std::byte> ZlibDeflate(std::vector<std::byte> plain, int level) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, level, Z_DEFLATED, kRawWindow, 8,
                         Z_DEFAULT_STRATEGY),
            Z_OK);
  std::vector<std::byte> packed(deflateBound(&stream, plain.size()));
  stream.next_in = reinterpret_cast<Bytef*>(plain.data());
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

std::vector<std::byte> ZlibInflate(std::vector<std::byte> packed,
                                   std::size_t size) {
  std::vector<std::byte> plain(size + 1);
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, kRawWindow), Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(plain.data());
  stream.avail_out = static_cast<uInt>(plain.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  plain.resize(stream.total_out);
  inflateEnd(&stream);
  return plain;
}

TEST(CompressDeflate, EveryLevelAndSize_IsWhatZlibUnpacks) {
  OperationRunner runner;
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, kChunk, 3 * kChunk + 17}) {
    for (const std::uint64_t level : {0U, 1U, 6U, 9U}) {
      const auto plain = Text(size);
      std::vector<std::byte> packed(size + size / 100 + 128);
      const auto completion =
          runner.Run("compress/deflate", plain, packed, level);
      ASSERT_EQ(StatusOf(completion), CompletionStatus::kOk) << size;
      EXPECT_EQ(completion.bytes_read, size);
      packed.resize(completion.bytes_written);
      EXPECT_EQ(ZlibInflate(packed, size), plain) << size << " " << level;
    }
  }
}

TEST(CompressDeflate, OutputLargerThanAChunk_IsDrained) {
  OperationRunner runner;
  std::vector<std::byte> plain(3 * kChunk);
  FillRandom(plain, 5);  // does not shrink
  std::vector<std::byte> packed(plain.size() + 1024);
  const auto completion = runner.Run("compress/deflate", plain, packed, 6);
  ASSERT_EQ(StatusOf(completion), CompletionStatus::kOk);
  packed.resize(completion.bytes_written);
  EXPECT_EQ(ZlibInflate(packed, plain.size()), plain);
}

TEST(CompressDeflate, LevelTen_IsABadDescriptor) {
  OperationRunner runner;
  const auto plain = Text(10);
  std::vector<std::byte> packed(100);
  EXPECT_EQ(StatusOf(runner.Run("compress/deflate", plain, packed, 10)),
            CompletionStatus::kBadDescriptor);
}

TEST(CompressDeflate, DestinationOneByteShort_IsTooSmall) {
  OperationRunner runner;
  const auto plain = Text(1000);
  const std::size_t size = ZlibDeflate(plain, 6).size();
  ClientMemory packed(size);
  EXPECT_EQ(StatusOf(runner.Run("compress/deflate", plain, packed.bytes(), 6)),
            CompletionStatus::kOk);
  EXPECT_EQ(StatusOf(runner.Run("compress/deflate", plain,
                                packed.bytes().first(size - 1), 6)),
            CompletionStatus::kTooSmall);
}

TEST(Deflate, OverlappingRanges_AreRefused) {
  OperationRunner runner;
  auto bytes = Text(1000);
  for (const char* function : {"compress/deflate", "decompress/deflate"}) {
    const auto completion = runner.Run(function, std::span(bytes).first(600),
                                       std::span(bytes).subspan(599));
    EXPECT_EQ(StatusOf(completion), CompletionStatus::kBadDescriptor);
  }
}

TEST(DecompressDeflate, WhatZlibPacked_ComesBack) {
  OperationRunner runner;
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, kChunk, 5 * kChunk + 1}) {
    const auto plain = Text(size);
    const auto packed = ZlibDeflate(plain, 6);
    std::vector<std::byte> unpacked(size);
    const auto completion = runner.Run("decompress/deflate", packed, unpacked);
    ASSERT_EQ(StatusOf(completion), CompletionStatus::kOk) << size;
    EXPECT_EQ(completion.bytes_read, packed.size());
    EXPECT_EQ(completion.bytes_written, size);
    EXPECT_EQ(unpacked, plain);
  }
}

TEST(DecompressDeflate, BytesBehindTheStream_AreNotUsed) {
  OperationRunner runner;
  const auto plain = Text(5000);
  auto packed = ZlibDeflate(plain, 6);
  const std::size_t size = packed.size();
  packed.resize(size + 100, std::byte{0x55});
  std::vector<std::byte> unpacked(5000);
  const auto completion = runner.Run("decompress/deflate", packed, unpacked);
  EXPECT_EQ(StatusOf(completion), CompletionStatus::kOk);
  EXPECT_EQ(completion.bytes_read, size);
}

TEST(DecompressDeflate, TruncatedAnywhere_IsCorrupt) {
  OperationRunner runner;
  const auto plain = Text(300);
  const auto packed = ZlibDeflate(plain, 6);
  std::vector<std::byte> unpacked(300);
  for (std::size_t size = 0; size < packed.size(); ++size) {
    const auto completion = runner.Run("decompress/deflate",
                                       std::span(packed).first(size), unpacked);
    EXPECT_EQ(StatusOf(completion), CompletionStatus::kCorrupt) << size;
  }
}

TEST(DecompressDeflate, Garbage_IsCorrupt) {
  OperationRunner runner;
  const std::vector<std::byte> garbage(100, std::byte{0xff});
  std::vector<std::byte> unpacked(1000);
  EXPECT_EQ(StatusOf(runner.Run("decompress/deflate", garbage, unpacked)),
            CompletionStatus::kCorrupt);
}

TEST(DecompressDeflate, Bomb_StopsAtTheEndOfTheDestination) {
  OperationRunner runner;
  const auto packed = ZlibDeflate(std::vector<std::byte>(8 * kChunk), 9);
  ClientMemory unpacked(kChunk + 1);
  const auto completion =
      runner.Run("decompress/deflate", packed, unpacked.bytes());
  EXPECT_EQ(StatusOf(completion), CompletionStatus::kTooSmall);
  EXPECT_LE(completion.bytes_written, kChunk + 1);
}

}  // namespace
}  // namespace acceld::soft
