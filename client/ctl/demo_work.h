// The demo's work on its two queues.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/clock.h"
#include "base/result.h"
#include "base/units.h"
#include "client/soft_queue.h"

namespace acceld::ctl {

// How much of the input one descriptor compresses, and one gzip member holds.
inline constexpr std::size_t kDemoChunk = std::size_t{4} << 20;  // bytes

using Sha256 = std::array<std::byte, 32>;

struct Packed {
  std::span<std::byte> file;  // the gzip file, at the start of the buffer
  std::size_t members = 0;
  std::chrono::nanoseconds elapsed{};  // from first submission to last answer
};
struct Summed {
  Sha256 digest{};
  std::chrono::nanoseconds elapsed{};
};

// What the link buffer must hold for an input of this size.
[[nodiscard]] Bytes DemoBufferFor(std::size_t input_size);

// Streams the input through the queue, chunk by chunk, into `buffer`: member
// after member, so that the buffer holds a gzip file. The CPU takes the
// checksums that gzip wants while the device compresses. Errors: kDeviceGone,
// kIo (the device refused: says why), kInvalidArgument (buffer too small).
[[nodiscard]] Result<Packed> Pack(client::SoftQueue& queue,
                                  std::span<const std::byte> input,
                                  std::span<std::byte> buffer,
                                  const Clock& clock);

// The SHA-256 of `bytes`, by the device. Errors: kDeviceGone, kIo.
[[nodiscard]] Result<Summed> Sum(client::SoftQueue& queue,
                                 std::span<const std::byte> bytes,
                                 const Clock& clock);

}  // namespace acceld::ctl
