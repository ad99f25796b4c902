// copy and transform/xor.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "tests/unit/soft/operation_runner.h"

namespace acceld::soft {
namespace {

using acceld::testing::AddressOf;
using acceld::testing::ClientMemory;
using acceld::testing::FillRandom;
using acceld::testing::OperationRunner;
using acceld::testing::StatusOf;
using api::soft::CompletionStatus;

constexpr std::size_t kChunk = Workspace::kChunk;

std::vector<std::byte> Random(std::size_t size, std::uint64_t seed) {
  std::vector<std::byte> bytes(size);
  FillRandom(bytes, seed);
  return bytes;
}

TEST(Copy, EverySizeAroundAChunk_ArrivesWhole) {
  OperationRunner runner;
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, kChunk - 1,
                                 kChunk, kChunk + 1, 5 * kChunk + 77}) {
    const auto source = Random(size, size);
    std::vector<std::byte> destination(size);
    const auto completion = runner.Run("copy", source, destination);
    EXPECT_EQ(StatusOf(completion), CompletionStatus::kOk);
    EXPECT_EQ(completion.bytes_read, size);
    EXPECT_EQ(completion.bytes_written, size);
    EXPECT_EQ(source, destination) << size;
  }
}

TEST(Copy, OverlappingEitherWay_IsMemmove) {
  OperationRunner runner;
  constexpr std::size_t kSize = 3 * kChunk + 123;
  for (const std::size_t shift : {std::size_t{1}, kChunk, 2 * kChunk + 5}) {
    for (const bool up : {true, false}) {
      auto bytes = Random(kSize + shift, shift);
      auto expected = bytes;
      std::byte* const low = bytes.data();
      std::byte* const high = bytes.data() + shift;
      std::memmove(expected.data() + (up ? shift : 0),
                   expected.data() + (up ? 0 : shift), kSize);
      const auto completion = runner.Run("copy", {up ? low : high, kSize},
                                         {up ? high : low, kSize});
      EXPECT_EQ(StatusOf(completion), CompletionStatus::kOk);
      EXPECT_EQ(bytes, expected) << shift << (up ? " up" : " down");
    }
  }
}

TEST(Copy, DestinationTooSmall_WritesNothing) {
  OperationRunner runner;
  const auto source = Random(100, 1);
  std::vector<std::byte> destination(99);
  const auto completion = runner.Run("copy", source, destination);
  EXPECT_EQ(StatusOf(completion), CompletionStatus::kTooSmall);
  EXPECT_EQ(completion.bytes_written, 0U);
  EXPECT_EQ(destination, std::vector<std::byte>(99));
}

TEST(Copy, SourceRunsIntoAHole_NamesTheFirstBadAddress) {
  OperationRunner runner;
  const ClientMemory source(kChunk + 100);
  std::vector<std::byte> destination(kChunk + 200);
  const auto completion =
      runner.Run("copy", {source.bytes().data(), kChunk + 200}, destination);
  EXPECT_EQ(StatusOf(completion), CompletionStatus::kBadSource);
  EXPECT_EQ(completion.fault_address, source.end_address());
  EXPECT_EQ(completion.bytes_written, kChunk);
}

TEST(Copy, PageUnmappedInTheMiddle_NamesThatPage) {
  OperationRunner runner;
  ClientMemory destination(4 * kChunk);
  const auto source = Random(4 * kChunk, 1);
  const std::uint64_t page = destination.UnmapPageOf(2 * kChunk + 5000);
  const auto completion = runner.Run("copy", source, destination.bytes());
  EXPECT_EQ(StatusOf(completion), CompletionStatus::kBadDestination);
  EXPECT_EQ(completion.fault_address, page);
  EXPECT_EQ(completion.bytes_written,
            page - AddressOf(destination.bytes().data()));
}

TEST(Copy, AddressesOfTheKernelsHalf_AreBadNotFatal) {
  OperationRunner runner;
  std::vector<std::byte> buffer(64);
  for (const std::uint64_t address :
       {std::uint64_t{0}, std::uint64_t{0x7fff'ffff'ffff'ffff},
        std::uint64_t{0x8000'0000'0000'0000},
        std::uint64_t{0xffff'ffff'ffff'fff0}}) {
    api::soft::Descriptor descriptor;
    descriptor.source = address;
    descriptor.source_size = 64;
    descriptor.destination = AddressOf(buffer.data());
    descriptor.destination_size = 64;
    const auto completion = runner.Run("copy", descriptor);
    EXPECT_EQ(StatusOf(completion), CompletionStatus::kBadSource);
    EXPECT_EQ(completion.fault_address, address);
  }
}

TEST(Copy, SizeThatWrapsAround_IsBadSource) {
  OperationRunner runner;
  const ClientMemory memory(64);
  api::soft::Descriptor descriptor;
  descriptor.source = AddressOf(memory.bytes().data());
  descriptor.source_size = UINT64_MAX;
  descriptor.destination = descriptor.source;
  descriptor.destination_size = UINT64_MAX;
  const auto completion = runner.Run("copy", descriptor);
  EXPECT_EQ(StatusOf(completion), CompletionStatus::kBadSource);
  EXPECT_EQ(completion.fault_address, memory.end_address());
}

TEST(Copy, Stopped_EndsAtTheNextChunk) {
  OperationRunner runner;
  runner.stop = true;
  const auto source = Random(100, 1);
  std::vector<std::byte> destination(100);
  const auto completion = runner.Run("copy", source, destination);
  EXPECT_EQ(StatusOf(completion), CompletionStatus::kInternal);
  EXPECT_EQ(completion.bytes_read, 0U);
}

TEST(TransformXor, KeyRepeatsFromTheStartOfTheSource) {
  OperationRunner runner;
  constexpr std::uint64_t kKey = 0x8877'6655'4433'2211;
  const auto source = Random(2 * kChunk + 13, 3);
  std::vector<std::byte> destination(source.size());
  const auto completion =
      runner.Run("transform/xor", source, destination, kKey);
  EXPECT_EQ(StatusOf(completion), CompletionStatus::kOk);
  for (std::size_t i = 0; i < source.size(); ++i) {
    const auto key = static_cast<std::byte>(0x11 * (1 + i % 8));
    ASSERT_EQ(destination[i], source[i] ^ key) << i;
  }
}

TEST(TransformXor, InPlaceTwice_GivesTheOriginal) {
  OperationRunner runner;
  const auto original = Random(kChunk + 5, 4);
  auto bytes = original;
  for (int i = 0; i < 2; ++i) {
    const auto completion = runner.Run("transform/xor", bytes, bytes, 0xabcdef);
    EXPECT_EQ(StatusOf(completion), CompletionStatus::kOk);
  }
  EXPECT_EQ(bytes, original);
}

}  // namespace
}  // namespace acceld::soft
