// The frame that makes raw DEFLATE a gzip member (RFC 1952). Members one after
// another are a gzip file.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace acceld::ctl {

inline constexpr std::size_t kGzipHeader = 10;  // bytes
inline constexpr std::size_t kGzipTrailer = 8;  // bytes

// No name, no time, "unknown" system: the same input gives the same file.
[[nodiscard]] std::array<std::byte, kGzipHeader> GzipHeader();
// CRC-32 and length of what was compressed.
[[nodiscard]] std::array<std::byte, kGzipTrailer> GzipTrailer(
    std::uint32_t crc32, std::size_t size);

// CRC-32 as gzip has it.
[[nodiscard]] std::uint32_t Crc32(std::span<const std::byte> bytes);

// What a member for `size` bytes takes at most: DEFLATE stores what it cannot
// shrink, with 5 bytes before each block, and no encoder makes blocks smaller
// than 16 KiB by the half.
[[nodiscard]] constexpr std::size_t GzipMemberBound(std::size_t size) {
  return kGzipHeader + size + size / 1024 + 64 + kGzipTrailer;
}

}  // namespace acceld::ctl
