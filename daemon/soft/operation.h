// One operation in progress: the descriptor, the client's memory that it names,
// and what the completion will say. Functions see the client's memory through
// it only, in bounded chunks.
//
// Lives on the stack of a queue's thread; not thread-safe, except that `stop`
// may be set by another thread.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "api/soft_queue.h"
#include "daemon/soft/address_space.h"

namespace acceld::soft {

// The two buffers of a queue's thread, one for each direction.
// 256 KiB: large against the cost of a system call (under 1 us), small enough
// that both stay in a core's second-level cache, and a multiple of every
// function's grain (8 bytes of an XOR key, a page).
class Workspace {
 public:
  static constexpr std::size_t kChunk = std::size_t{256} << 10;

  // Null where there is no memory.
  [[nodiscard]] static std::unique_ptr<Workspace> Make();
  [[nodiscard]] std::span<std::byte, kChunk> input() { return input_; }
  [[nodiscard]] std::span<std::byte, kChunk> output() { return output_; }

 private:
  Workspace() = default;  // leaves the pages untouched until they are used
  std::array<std::byte, kChunk> input_;
  std::array<std::byte, kChunk> output_;
};

class Operation {
 public:
  // All must outlive the operation.
  Operation(const api::soft::Descriptor& descriptor, const AddressSpace& memory,
            Workspace& workspace, const std::atomic<bool>& stop)
      : descriptor_(descriptor),
        memory_(memory),
        workspace_(workspace),
        stop_(stop) {}

  [[nodiscard]] const api::soft::Descriptor& descriptor() const {
    return descriptor_;
  }
  [[nodiscard]] Workspace& workspace() { return workspace_; }

  // Reads the source at `offset` bytes from its start; fills `into`.
  // Returns kOk; kBadSource (the completion gets the address); kInternal where
  // the queue is to stop. Requires: the range lies within the source.
  [[nodiscard]] api::soft::CompletionStatus Read(std::uint64_t offset,
                                                 std::span<std::byte> into);
  // Writes at `offset` bytes from the start of the destination. Returns kOk;
  // kTooSmall (nothing was written) where it does not fit; kBadDestination;
  // kInternal where the queue is to stop.
  [[nodiscard]] api::soft::CompletionStatus Write(
      std::uint64_t offset, std::span<const std::byte> from);

  // The part of the source from `offset` that fits one chunk, read.
  [[nodiscard]] std::size_t ChunkAt(std::uint64_t offset) const;
  // Whether source and destination share an address.
  [[nodiscard]] bool Overlaps() const;

  void set_result(std::uint64_t result) { completion_.result = result; }
  // Where less was used than was read (a stream that ends early).
  void set_bytes_read(std::uint64_t bytes) { completion_.bytes_read = bytes; }
  // Without status, id and time.
  [[nodiscard]] const api::soft::Completion& completion() const {
    return completion_;
  }

 private:
  const api::soft::Descriptor& descriptor_;
  const AddressSpace& memory_;
  Workspace& workspace_;
  const std::atomic<bool>& stop_;
  api::soft::Completion completion_;
};

}  // namespace acceld::soft
