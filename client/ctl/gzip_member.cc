#include "client/ctl/gzip_member.h"

#include <zlib.h>

namespace acceld::ctl {
namespace {

std::byte ByteOf(std::uint64_t value, int index) {
  return static_cast<std::byte>((value >> (8 * index)) & 0xff);
}

}  // namespace

std::array<std::byte, kGzipHeader> GzipHeader() {
  std::array<std::byte, kGzipHeader> header{};
  header[0] = std::byte{0x1f};
  header[1] = std::byte{0x8b};
  header[2] = std::byte{8};    // DEFLATE
  header[9] = std::byte{255};  // operating system: unknown
  return header;
}

std::array<std::byte, kGzipTrailer> GzipTrailer(std::uint32_t crc32,
                                                std::size_t size) {
  std::array<std::byte, kGzipTrailer> trailer{};
  for (int i = 0; i < 4; ++i) {
    const auto at = static_cast<std::size_t>(i);
    trailer[at] = ByteOf(crc32, i);
    trailer[at + 4] = ByteOf(size, i);  // modulo 2^32
  }
  return trailer;
}

std::uint32_t Crc32(std::span<const std::byte> bytes) {
  return static_cast<std::uint32_t>(
      ::crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

}  // namespace acceld::ctl
