// The common shape of copy and its transforms: source to destination, chunk by
// chunk, in the order that is right where the two overlap.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "api/soft_queue.h"
#include "daemon/soft/operation.h"

namespace acceld::soft {

// Moves the whole source; `transform` (std::span<std::byte>) changes each chunk
// in place. Chunks start at multiples of Workspace::kChunk. Like memmove: from
// the end where the destination lies above the source, so that no byte is
// overwritten before it was read. kTooSmall where the destination is shorter
// than the source.
template <typename Transform>
api::soft::CompletionStatus MoveChunks(Operation& operation,
                                       Transform transform) {
  using api::soft::CompletionStatus;
  const api::soft::Descriptor& d = operation.descriptor();
  if (d.destination_size < d.source_size) return CompletionStatus::kTooSmall;
  constexpr std::uint64_t kChunk = Workspace::kChunk;
  const std::uint64_t chunks =
      d.source_size / kChunk + (d.source_size % kChunk != 0 ? 1 : 0);
  const bool backward = operation.Overlaps() && d.destination > d.source;
  for (std::uint64_t i = 0; i < chunks; ++i) {
    const std::uint64_t offset = (backward ? chunks - 1 - i : i) * kChunk;
    const std::span<std::byte> chunk =
        operation.workspace().input().first(operation.ChunkAt(offset));
    CompletionStatus status = operation.Read(offset, chunk);
    if (status != CompletionStatus::kOk) return status;
    transform(chunk);
    status = operation.Write(offset, chunk);
    if (status != CompletionStatus::kOk) return status;
  }
  return CompletionStatus::kOk;
}

}  // namespace acceld::soft
