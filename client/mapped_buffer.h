// A link buffer in this process's address space: shared memory on the memory
// target that placement chose. The pages come there whoever touches them first.
//
// The object belongs to one thread at a time, the memory to whoever agrees on
// it.
#pragma once

#include <cstddef>
#include <span>

#include "api/session.h"
#include "base/result.h"

namespace acceld::client {

class MappedBuffer {
 public:
  // Maps the whole buffer, shared, readable and writable. The grant's
  // descriptor stays with the grant. Errors: kUnsupported (no "buffer" grant),
  // kCorruptInput (smaller than it says), kNoMemory, kIo.
  [[nodiscard]] static Result<MappedBuffer> Map(const api::Grant& grant);

  MappedBuffer(MappedBuffer&& other) noexcept;
  MappedBuffer& operator=(MappedBuffer&& other) noexcept;
  MappedBuffer(const MappedBuffer&) = delete;
  MappedBuffer& operator=(const MappedBuffer&) = delete;
  ~MappedBuffer();

  [[nodiscard]] std::span<std::byte> bytes() const { return bytes_; }

 private:
  MappedBuffer(std::span<std::byte> mapped, std::size_t size)
      : mapped_(mapped), bytes_(mapped.first(size)) {}
  std::span<std::byte> mapped_;  // whole pages, where they are huge
  std::span<std::byte> bytes_;
};

}  // namespace acceld::client
