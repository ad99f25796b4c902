// Memory of the test's own process as a software accelerator sees it, with a
// page after it that cannot be accessed, so that one byte too many is noticed.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/unique_fd.h"

namespace acceld::testing {

// Single-threaded. Calls that fail end the test program.
class ClientMemory {
 public:
  // `size` bytes, zero, that end right before a page of no access.
  explicit ClientMemory(std::size_t size);
  ~ClientMemory();
  ClientMemory(const ClientMemory&) = delete;
  ClientMemory& operator=(const ClientMemory&) = delete;

  [[nodiscard]] std::span<std::byte> bytes() const { return bytes_; }
  // The first address behind them; no access.
  [[nodiscard]] std::uint64_t end_address() const;
  // Takes away the page that holds byte `offset`; returns the page's address.
  std::uint64_t UnmapPageOf(std::size_t offset);

 private:
  std::byte* base_;
  std::size_t mapped_;  // with the guard page
  std::span<std::byte> bytes_;
};

// Fills with bytes that do not repeat soon and do not compress.
void FillRandom(std::span<std::byte> bytes, std::uint64_t seed);
// Fills with text-like bytes that compress about threefold.
void FillText(std::span<std::byte> bytes, std::uint64_t seed);

// A new descriptor of /proc/self/mem.
[[nodiscard]] UniqueFd OpenOwnMemory();

[[nodiscard]] std::uint64_t AddressOf(const void* pointer);

}  // namespace acceld::testing
