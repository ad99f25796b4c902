#include "client/ctl/demo_work.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "api/soft_queue.h"
#include "client/ctl/gzip_member.h"

namespace acceld::ctl {
namespace {

using api::soft::Completion;
using api::soft::CompletionStatus;
using api::soft::Descriptor;
using api::soft::Opcode;

constexpr std::uint64_t kLevel = 6;  // of DEFLATE; gzip's own default
constexpr std::int64_t kMiB = std::int64_t{1} << 20;

std::string_view WordsFor(std::uint16_t status) {
  switch (static_cast<CompletionStatus>(status)) {
    case CompletionStatus::kOk:
      return "done";
    case CompletionStatus::kBadDescriptor:
      return "does not understand the descriptor";
    case CompletionStatus::kNotBound:
      return "is not bound to this process";
    case CompletionStatus::kNotOffered:
      return "was granted for another function";
    case CompletionStatus::kBadSource:
      return "cannot read the source";
    case CompletionStatus::kBadDestination:
      return "cannot write the destination";
    case CompletionStatus::kTooSmall:
      return "found too little room for the result";
    case CompletionStatus::kCorrupt:
      return "found data that it does not expect";
    case CompletionStatus::kInternal:
      return "ran out of memory, or the like";
  }
  return "answered with an unknown status";
}

Status CheckDone(const Completion& completion) {
  if (completion.status == static_cast<std::uint16_t>(CompletionStatus::kOk)) {
    return {};
  }
  return Fail(ErrorCode::kIo,
              "the device " + std::string(WordsFor(completion.status)));
}

std::uint64_t AddressOf(const void* pointer) {
  return reinterpret_cast<std::uintptr_t>(pointer);
}

// Puts one member at the start of `room`; its size.
Result<std::size_t> PackMember(client::SoftQueue& queue,
                               std::span<const std::byte> chunk,
                               std::span<std::byte> room) {
  if (room.size() < GzipMemberBound(chunk.size())) {
    return Fail(ErrorCode::kInvalidArgument,
                "the link's buffer is too small for this input");
  }
  const auto payload =
      room.subspan(kGzipHeader, room.size() - kGzipHeader - kGzipTrailer);
  Descriptor descriptor;
  descriptor.opcode = static_cast<std::uint16_t>(Opcode::kCompressDeflate);
  descriptor.source = AddressOf(chunk.data());
  descriptor.source_size = chunk.size();
  descriptor.destination = AddressOf(payload.data());
  descriptor.destination_size = payload.size();
  descriptor.parameter = kLevel;
  ACCELD_TRY_VOID(queue.Submit(descriptor));
  // While the device works.
  const auto header = GzipHeader();
  const auto trailer = GzipTrailer(Crc32(chunk), chunk.size());
  ACCELD_TRY(const Completion completion, queue.Wait());
  ACCELD_TRY_VOID(CheckDone(completion));
  if (completion.bytes_written > payload.size()) {
    return Fail(ErrorCode::kCorruptInput, "the device wrote more than it may");
  }
  std::copy(header.begin(), header.end(), room.begin());
  const std::size_t end = kGzipHeader + completion.bytes_written;
  std::copy(trailer.begin(), trailer.end(), room.subspan(end).begin());
  return end + kGzipTrailer;
}

}  // namespace

Bytes DemoBufferFor(std::size_t input_size) {
  std::size_t bound = 0;
  for (std::size_t at = 0; at < input_size; at += kDemoChunk) {
    bound += GzipMemberBound(std::min(kDemoChunk, input_size - at));
  }
  const auto bytes = static_cast<std::int64_t>(bound);
  return Bytes((bytes + kMiB - 1) / kMiB * kMiB);
}

Result<Packed> Pack(client::SoftQueue& queue, std::span<const std::byte> input,
                    std::span<std::byte> buffer, const Clock& clock) {
  Packed packed;
  std::size_t used = 0;
  const SteadyTime start = clock.Now();
  while (!input.empty()) {
    const auto chunk = input.first(std::min(kDemoChunk, input.size()));
    ACCELD_TRY(const std::size_t size,
               PackMember(queue, chunk, buffer.subspan(used)));
    used += size;
    ++packed.members;
    input = input.subspan(chunk.size());
  }
  packed.elapsed = clock.Now() - start;
  packed.file = buffer.first(used);
  return packed;
}

Result<Summed> Sum(client::SoftQueue& queue, std::span<const std::byte> bytes,
                   const Clock& clock) {
  Summed summed;
  const SteadyTime start = clock.Now();
  ACCELD_TRY(const Completion completion,
             queue.Run(Opcode::kDigestSha256, bytes, summed.digest));
  summed.elapsed = clock.Now() - start;
  ACCELD_TRY_VOID(CheckDone(completion));
  return summed;
}

}  // namespace acceld::ctl
