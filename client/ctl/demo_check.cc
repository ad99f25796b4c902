#include "client/ctl/demo_check.h"

#include <openssl/evp.h>
#include <zlib.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace acceld::ctl {
namespace {

constexpr std::size_t kStep = std::size_t{1} << 20;  // bytes at a time
constexpr int kGzipWindow = 15 + 16;                 // zlib: gzip frames

class Inflater {
 public:
  Inflater() : ready_(::inflateInit2(&stream_, kGzipWindow) == Z_OK) {}
  ~Inflater() { (void)::inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  [[nodiscard]] bool ready() const { return ready_; }
  z_stream& stream() { return stream_; }

 private:
  z_stream stream_{};
  bool ready_;
};

tl::unexpected<Error> Wrong(std::string_view what, std::size_t offset) {
  return Fail(
      ErrorCode::kCorruptInput,
      std::string(what).append(" at byte ").append(std::to_string(offset)));
}

}  // namespace

Status CheckUnpacksTo(std::span<const std::byte> gzip_file,
                      std::span<const std::byte> expected) {
  Inflater inflater;
  if (!inflater.ready()) return Fail(ErrorCode::kNoMemory, "zlib: no memory");
  z_stream& stream = inflater.stream();
  std::vector<std::byte> unpacked(kStep);
  std::size_t offset = 0;  // of what was unpacked
  int result = Z_STREAM_END;
  while (!gzip_file.empty()) {
    if (result == Z_STREAM_END && ::inflateReset(&stream) != Z_OK) {
      return Fail(ErrorCode::kInternal, "zlib: cannot start again");
    }
    const auto in = gzip_file.first(std::min(kStep, gzip_file.size()));
    // zlib reads through a pointer to non-const by history only.
    stream.next_in =
        reinterpret_cast<Bytef*>(const_cast<std::byte*>(in.data()));
    stream.avail_in = static_cast<uInt>(in.size());
    do {
      stream.next_out = reinterpret_cast<Bytef*>(unpacked.data());
      stream.avail_out = static_cast<uInt>(unpacked.size());
      result = ::inflate(&stream, Z_NO_FLUSH);
      if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) {
        return Wrong("the compressed data is damaged", offset);
      }
      const std::size_t got = unpacked.size() - stream.avail_out;
      if (got > expected.size() - offset ||
          !std::equal(unpacked.begin(),
                      unpacked.begin() + static_cast<std::ptrdiff_t>(got),
                      expected.subspan(offset).begin())) {
        return Wrong("the unpacked data is not the input", offset);
      }
      offset += got;
    } while (stream.avail_out == 0 && result != Z_STREAM_END);
    gzip_file = gzip_file.subspan(in.size() - stream.avail_in);
  }
  if (result != Z_STREAM_END || offset != expected.size()) {
    return Wrong("the compressed data ends too early", offset);
  }
  return {};
}

Result<Sha256> Sha256Of(std::span<const std::byte> bytes) {
  Sha256 digest{};
  unsigned int size = 0;
  if (::EVP_Digest(bytes.data(), bytes.size(),
                   reinterpret_cast<unsigned char*>(digest.data()), &size,
                   ::EVP_sha256(), nullptr) != 1 ||
      size != digest.size()) {
    return Fail(ErrorCode::kInternal, "OpenSSL made no digest");
  }
  return digest;
}

std::string ToHex(const Sha256& digest) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const std::byte b : digest) {
    text.push_back(kDigits[std::to_integer<std::size_t>(b >> 4)]);
    text.push_back(kDigits[std::to_integer<std::size_t>(b & std::byte{0xf})]);
  }
  return text;
}

}  // namespace acceld::ctl
