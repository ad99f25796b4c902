// digest/sha256 and checksum/crc32c: published vectors, and OpenSSL and a
// bitwise reference for sizes around a chunk.

#include <gtest/gtest.h>
#include <openssl/sha.h>

#include <array>
#include <string_view>
#include <vector>

#include "tests/unit/soft/operation_runner.h"

namespace acceld::soft {
namespace {

using acceld::testing::ClientMemory;
using acceld::testing::FillRandom;
using acceld::testing::OperationRunner;
using acceld::testing::StatusOf;
using api::soft::CompletionStatus;

constexpr std::size_t kChunk = Workspace::kChunk;
using Digest = std::array<std::byte, 32>;

std::span<const std::byte> Bytes(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

std::vector<std::byte> Random(std::size_t size) {
  std::vector<std::byte> bytes(size);
  FillRandom(bytes, size);
  return bytes;
}

Digest OpensslSha256(std::span<const std::byte> bytes) {
  Digest digest{};
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

// RFC 3720, appendix B.4, bit by bit.
std::uint32_t BitwiseCrc32c(std::span<const std::byte> bytes) {
  std::uint32_t crc = UINT32_MAX;
  for (const std::byte byte : bytes) {
    crc ^= std::to_integer<std::uint32_t>(byte);
    for (int bit = 0; bit < 8; ++bit) {
      crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82f63b78U : 0U);
    }
  }
  return ~crc;
}

TEST(DigestSha256, EverySizeAroundAChunk_AgreesWithOpenssl) {
  OperationRunner runner;
  for (const std::size_t size : {std::size_t{0}, std::size_t{3}, kChunk - 1,
                                 kChunk, kChunk + 1, 4 * kChunk + 99}) {
    const auto source = Random(size);
    Digest digest{};
    const auto completion = runner.Run("digest/sha256", source, digest);
    EXPECT_EQ(StatusOf(completion), CompletionStatus::kOk);
    EXPECT_EQ(completion.bytes_read, size);
    EXPECT_EQ(completion.bytes_written, digest.size());
    EXPECT_EQ(digest, OpensslSha256(source)) << size;
  }
}

// FIPS 180-4, example "abc".
TEST(DigestSha256, Abc_IsThePublishedDigest) {
  OperationRunner runner;
  Digest digest{};
  ASSERT_EQ(StatusOf(runner.Run("digest/sha256", Bytes("abc"), digest)),
            CompletionStatus::kOk);
  EXPECT_EQ(digest[0], std::byte{0xba});
  EXPECT_EQ(digest[1], std::byte{0x78});
  EXPECT_EQ(digest[31], std::byte{0xad});
}

TEST(DigestSha256, DestinationOf31Bytes_IsTooSmall) {
  OperationRunner runner;
  const auto source = Random(100);
  ClientMemory digest(31);
  EXPECT_EQ(StatusOf(runner.Run("digest/sha256", source, digest.bytes())),
            CompletionStatus::kTooSmall);
}

TEST(DigestSha256, UnmappedDestination_IsBadDestination) {
  OperationRunner runner;
  const auto source = Random(100);
  const ClientMemory memory(64);
  std::byte* const end = memory.bytes().data() + 64;
  const auto completion =
      runner.Run("digest/sha256", source, std::span(end, 32));
  EXPECT_EQ(StatusOf(completion), CompletionStatus::kBadDestination);
  EXPECT_EQ(completion.fault_address, memory.end_address());
}

// RFC 3720, appendix B.4.
TEST(ChecksumCrc32c, PublishedVectors_Agree) {
  OperationRunner runner;
  const std::vector<std::byte> zeros(32);
  const std::vector<std::byte> ones(32, std::byte{0xff});
  EXPECT_EQ(runner.Run("checksum/crc32c", zeros, {}).result, 0x8a9136aaU);
  EXPECT_EQ(runner.Run("checksum/crc32c", ones, {}).result, 0x62a8ab43U);
  EXPECT_EQ(runner.Run("checksum/crc32c", Bytes("123456789"), {}).result,
            0xe3069283U);
  EXPECT_EQ(runner.Run("checksum/crc32c", {}, {}).result, 0U);
}

TEST(ChecksumCrc32c, LongData_AgreesWithTheDefinition) {
  OperationRunner runner;
  const auto source = Random(2 * kChunk + 333);
  const auto completion = runner.Run("checksum/crc32c", source, {});
  EXPECT_EQ(StatusOf(completion), CompletionStatus::kOk);
  EXPECT_EQ(completion.result, BitwiseCrc32c(source));
}

TEST(ChecksumCrc32c, Seed_ContinuesAChecksum) {
  OperationRunner runner;
  const auto source = Random(1000);
  const auto whole = std::span<const std::byte>(source);
  const auto first = runner.Run("checksum/crc32c", whole.first(300), {});
  const auto second =
      runner.Run("checksum/crc32c", whole.subspan(300), {}, first.result);
  EXPECT_EQ(second.result, BitwiseCrc32c(source));
}

TEST(ChecksumCrc32c, SeedOfMoreThan32Bits_IsABadDescriptor) {
  OperationRunner runner;
  const auto source = Random(10);
  EXPECT_EQ(StatusOf(runner.Run("checksum/crc32c", source, {}, 0x1'0000'0000)),
            CompletionStatus::kBadDescriptor);
}

TEST(ChecksumCrc32c, UnmappedSource_IsBadSource) {
  OperationRunner runner;
  const ClientMemory memory(64);
  const auto completion =
      runner.Run("checksum/crc32c", {memory.bytes().data(), 65}, {});
  EXPECT_EQ(StatusOf(completion), CompletionStatus::kBadSource);
  EXPECT_EQ(completion.fault_address, memory.end_address());
}

}  // namespace
}  // namespace acceld::soft
