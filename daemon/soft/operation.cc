#include "daemon/soft/operation.h"

#include <algorithm>
#include <new>

namespace acceld::soft {

using api::soft::CompletionStatus;

std::unique_ptr<Workspace> Workspace::Make() {
  return std::unique_ptr<Workspace>(new (std::nothrow) Workspace);
}

CompletionStatus Operation::Read(std::uint64_t offset,
                                 std::span<std::byte> into) {
  // Between chunks is where a long operation notices that its lease ended.
  if (stop_.load(std::memory_order_relaxed)) return CompletionStatus::kInternal;
  const std::uint64_t address = descriptor_.source + offset;
  const std::size_t moved = memory_.Read(address, into);
  completion_.bytes_read += moved;
  if (moved == into.size()) return CompletionStatus::kOk;
  completion_.fault_address = address + moved;
  return CompletionStatus::kBadSource;
}

CompletionStatus Operation::Write(std::uint64_t offset,
                                  std::span<const std::byte> from) {
  if (stop_.load(std::memory_order_relaxed)) return CompletionStatus::kInternal;
  if (offset > descriptor_.destination_size ||
      from.size() > descriptor_.destination_size - offset) {
    return CompletionStatus::kTooSmall;
  }
  const std::uint64_t address = descriptor_.destination + offset;
  const std::size_t moved = memory_.Write(address, from);
  completion_.bytes_written += moved;
  if (moved == from.size()) return CompletionStatus::kOk;
  completion_.fault_address = address + moved;
  return CompletionStatus::kBadDestination;
}

std::size_t Operation::ChunkAt(std::uint64_t offset) const {
  return static_cast<std::size_t>(std::min<std::uint64_t>(
      Workspace::kChunk, descriptor_.source_size - offset));
}

bool Operation::Overlaps() const {
  const auto& d = descriptor_;
  if (d.source_size == 0 || d.destination_size == 0) return false;
  return d.source <= d.destination
             ? d.destination - d.source < d.source_size
             : d.source - d.destination < d.destination_size;
}

}  // namespace acceld::soft
