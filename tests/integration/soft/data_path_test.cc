// The data path: the client's queue, the real worker, this process's memory.

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <string>
#include <vector>

#include "client/soft_queue.h"
#include "tests/support/client_memory.h"
#include "tests/support/soft_pool.h"

namespace acceld::soft {
namespace {

using acceld::testing::ClientMemory;
using acceld::testing::FillRandom;
using acceld::testing::FillText;
using acceld::testing::SoftPool;
using api::soft::Completion;
using api::soft::CompletionStatus;
using api::soft::Opcode;
using client::SoftQueue;

constexpr std::size_t kSize = (std::size_t{5} << 20) + 321;

std::vector<std::byte> Text() {
  std::vector<std::byte> bytes(kSize);
  FillText(bytes, 1);
  return bytes;
}

// The status of a run that reached the worker.
CompletionStatus StatusOf(const Result<Completion>& completion) {
  if (!completion) {
    ADD_FAILURE() << completion.error().message;
    return CompletionStatus::kInternal;
  }
  return static_cast<CompletionStatus>(completion->status);
}

TEST(DataPath, Copy_MovesMebibytes) {
  SoftPool soft;
  SoftQueue queue = soft.Bound(1, "copy");
  const auto source = Text();
  std::vector<std::byte> destination(kSize);
  const auto completion = queue.Run(Opcode::kCopy, source, destination);
  EXPECT_EQ(StatusOf(completion), CompletionStatus::kOk);
  EXPECT_EQ(completion->bytes_written, kSize);
  EXPECT_EQ(source, destination);
}

TEST(DataPath, DeflateThereAndBack_IsTheOriginal) {
  SoftPool soft;
  SoftQueue pack = soft.Bound(1, "compress/deflate");
  SoftQueue unpack = soft.Bound(2, "decompress/deflate");
  const auto plain = Text();
  std::vector<std::byte> packed(kSize);
  const auto packing = pack.Run(Opcode::kCompressDeflate, plain, packed, 6);
  ASSERT_EQ(StatusOf(packing), CompletionStatus::kOk);
  EXPECT_LT(packing->bytes_written, kSize / 2 + kSize / 4);
  std::vector<std::byte> unpacked(kSize);
  const auto unpacking =
      unpack.Run(Opcode::kDecompressDeflate,
                 std::span(packed).first(packing->bytes_written), unpacked);
  ASSERT_EQ(StatusOf(unpacking), CompletionStatus::kOk);
  EXPECT_EQ(unpacked, plain);
}

TEST(DataPath, Sha256OfAMillionTimesA_IsThePublishedDigest) {
  SoftPool soft;
  SoftQueue queue = soft.Bound(1, "digest/sha256");
  const std::vector<std::byte> source(1'000'000, std::byte{'a'});
  std::array<std::byte, 32> digest{};
  ASSERT_EQ(StatusOf(queue.Run(Opcode::kDigestSha256, source, digest)),
            CompletionStatus::kOk);
  // FIPS 180-2, appendix B.3.
  EXPECT_EQ(digest[0], std::byte{0xcd});
  EXPECT_EQ(digest[1], std::byte{0xc7});
  EXPECT_EQ(digest[31], std::byte{0xd0});
}

TEST(DataPath, Crc32c_OfThePublishedVector) {
  SoftPool soft;
  SoftQueue queue = soft.Bound(1, "checksum/crc32c");
  const std::string text("123456789");
  const auto completion =
      queue.Run(Opcode::kChecksumCrc32c, std::as_bytes(std::span(text)), {});
  ASSERT_EQ(StatusOf(completion), CompletionStatus::kOk);
  EXPECT_EQ(completion->result, 0xe3069283U);
}

TEST(DataPath, XorInPlace_ChangesEveryByte) {
  SoftPool soft;
  SoftQueue queue = soft.Bound(1, "transform/xor");
  std::vector<std::byte> bytes(kSize, std::byte{0x0f});
  ASSERT_EQ(StatusOf(queue.Run(Opcode::kTransformXor, bytes, bytes,
                               0xffff'ffff'ffff'ffff)),
            CompletionStatus::kOk);
  EXPECT_EQ(bytes, std::vector<std::byte>(kSize, std::byte{0xf0}));
}

TEST(DataPath, BadAddress_IsACompletionAndTheQueueGoesOn) {
  SoftPool soft;
  SoftQueue queue = soft.Bound(1, "copy");
  ClientMemory memory(kSize);
  FillRandom(memory.bytes(), 7);
  std::vector<std::byte> destination(kSize);
  const std::uint64_t page = memory.UnmapPageOf(kSize / 2);
  const auto bad = queue.Run(Opcode::kCopy, memory.bytes(), destination);
  EXPECT_EQ(StatusOf(bad), CompletionStatus::kBadSource);
  EXPECT_EQ(bad->fault_address, page);
  const auto good =
      queue.Run(Opcode::kCopy, memory.bytes().first(4096), destination);
  EXPECT_EQ(StatusOf(good), CompletionStatus::kOk);
  EXPECT_EQ(std::memcmp(destination.data(), memory.bytes().data(), 4096), 0);
}

TEST(DataPath, Errors_AreCompletionsAndTheQueueGoesOn) {
  SoftPool soft;
  SoftQueue queue = soft.Bound(1, "decompress/deflate");
  const std::vector<std::byte> garbage(kSize, std::byte{0xff});
  std::vector<std::byte> out(1000);
  EXPECT_EQ(StatusOf(queue.Run(Opcode::kDecompressDeflate, garbage, out)),
            CompletionStatus::kCorrupt);
  EXPECT_EQ(StatusOf(queue.Run(Opcode::kCopy, garbage, out)),
            CompletionStatus::kNotOffered);
  // A stored block of 5 bytes, the last one (RFC 1951, 3.2.4).
  const std::string stored("\x01\x05\x00\xfa\xffhello", 10);
  const auto bytes = std::as_bytes(std::span(stored));
  EXPECT_EQ(StatusOf(queue.Run(Opcode::kDecompressDeflate, bytes,
                               std::span(out).first(4))),
            CompletionStatus::kTooSmall);
  EXPECT_EQ(StatusOf(queue.Run(Opcode::kDecompressDeflate, bytes, out)),
            CompletionStatus::kOk);
}

TEST(DataPath, ManyInFlight_CompleteInOrder) {
  SoftPool soft;
  SoftQueue queue = soft.Bound(1, "copy");
  std::vector<std::byte> memory(8192);
  api::soft::Descriptor copy;
  copy.opcode = static_cast<std::uint16_t>(Opcode::kCopy);
  copy.source = acceld::testing::AddressOf(memory.data());
  copy.destination = copy.source + 4096;
  copy.source_size = copy.destination_size = 4096;
  for (copy.id = 100; copy.id < 200; ++copy.id) {
    ASSERT_TRUE(queue.Submit(copy).has_value());
  }
  for (std::uint64_t id = 100; id < 200; ++id) {
    const auto completion = queue.Wait();
    EXPECT_EQ(StatusOf(completion), CompletionStatus::kOk);
    EXPECT_EQ(completion->id, id);
  }
}

TEST(DataPath, Submit_ToAFullQueueIsBusyUntilOneIsTaken) {
  SoftPool soft;
  SoftQueue queue = soft.Bound(1, "copy");
  api::soft::Descriptor copy;
  copy.opcode = static_cast<std::uint16_t>(Opcode::kCopy);
  std::size_t sent = 0;
  Status status;
  for (; sent < 1'000'000; ++sent) {
    status = queue.Submit(copy);
    if (!status) break;
  }
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().code, ErrorCode::kBusy);
  for (std::size_t i = 0; i < sent; ++i) {
    ASSERT_EQ(StatusOf(queue.Wait()), CompletionStatus::kOk);
  }
  EXPECT_TRUE(queue.Submit(copy).has_value());
}

TEST(DataPath, BindOfAProcessThatEnded_IsBadSource) {
  SoftPool soft;
  const UniqueFd fd = soft.Attach(1, "copy");
  std::vector<std::byte> memory(4096);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {  // the child's memory, under the same addresses
    auto copy = DuplicateFd(fd.get());
    const bool bound = copy && SoftQueue::Bind(*std::move(copy));
    ::_exit(bound ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  // The queue is still bound to the child; this process only speaks for it.
  auto queue = DuplicateFd(fd.get());
  api::soft::Descriptor copy;
  copy.opcode = static_cast<std::uint16_t>(Opcode::kCopy);
  copy.source = acceld::testing::AddressOf(memory.data());
  copy.source_size = 64;
  copy.destination = copy.source + 64;
  copy.destination_size = 64;
  ASSERT_EQ(::send(fd.get(), &copy, sizeof copy, 0), 64);
  Completion completion;
  ASSERT_EQ(::recv(fd.get(), &completion, sizeof completion, 0), 64);
  EXPECT_EQ(completion.status,
            static_cast<std::uint16_t>(CompletionStatus::kBadSource));
  // Bound again, the same queue serves this process.
  auto rebound = SoftQueue::Bind(*std::move(queue));
  ASSERT_TRUE(rebound.has_value());
  EXPECT_EQ(StatusOf(rebound->Run(Opcode::kCopy, std::span(memory).first(64),
                                  std::span(memory).subspan(64, 64))),
            CompletionStatus::kOk);
}

TEST(DataPath, TwoHundredQueues_AllWork) {
  SoftPool soft;
  std::vector<SoftQueue> queues;
  for (std::uint64_t id = 1; id <= 200; ++id) {
    queues.push_back(soft.Bound(id, "digest/sha256"));
  }
  std::vector<std::byte> source(1 << 20);
  std::array<std::byte, 32> digest{};
  for (SoftQueue& queue : queues) {
    EXPECT_EQ(StatusOf(queue.Run(Opcode::kDigestSha256, source, digest)),
              CompletionStatus::kOk);
  }
}

}  // namespace
}  // namespace acceld::soft
