#include "probes/recording/xz_stream.h"

#include <lzma.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <string>

namespace acceld::recording {

class XzStream::Decoder {
 public:
  explicit Decoder(const UniqueFd& file) : file_(file) {}
  ~Decoder() { ::lzma_end(&stream_); }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  Result<std::string_view> Next() {
    ACCELD_TRY_VOID(Start());
    stream_.next_out = out_.data();
    stream_.avail_out = out_.size();
    while (!is_done_ && stream_.avail_out == out_.size()) {
      ACCELD_TRY_VOID(Refill());
      const lzma_ret got =
          ::lzma_code(&stream_, is_at_end_ ? LZMA_FINISH : LZMA_RUN);
      if (got == LZMA_STREAM_END) {
        is_done_ = true;
      } else if (got != LZMA_OK) {
        return Fail(ErrorOf(got));
      }
    }
    return std::string_view(reinterpret_cast<const char*>(out_.data()),
                            out_.size() - stream_.avail_out);
  }

 private:
  Status Start() {
    if (is_started_) return {};
    is_started_ = true;
    const lzma_ret got =
        ::lzma_stream_decoder(&stream_, kMostMemory, LZMA_CONCATENATED);
    if (got != LZMA_OK) return Fail(ErrorOf(got));
    return {};
  }

  Status Refill() {
    while (stream_.avail_in == 0 && !is_at_end_) {
      const ssize_t got = ::read(file_.get(), in_.data(), in_.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return FailErrno("cannot read", errno);
      is_at_end_ = got == 0;
      stream_.next_in = in_.data();
      stream_.avail_in = static_cast<std::size_t>(got);
    }
    return {};
  }

  [[nodiscard]] Error ErrorOf(lzma_ret got) const {
    if (got == LZMA_MEM_ERROR) return {ErrorCode::kNoMemory, "liblzma", 0};
    if (got != LZMA_MEMLIMIT_ERROR) {
      return {ErrorCode::kCorruptInput, "the xz stream is damaged", 0};
    }
    return {ErrorCode::kCorruptInput,
            "takes " + std::to_string(::lzma_memusage(&stream_) >> 20) +
                " MiB of memory to decompress; the most is " +
                std::to_string(kMostMemory >> 20) + " MiB",
            0};
  }

  static constexpr std::size_t kBlock = 65536;
  const UniqueFd& file_;
  lzma_stream stream_ = LZMA_STREAM_INIT;
  bool is_started_ = false;
  bool is_at_end_ = false;  // of the file
  bool is_done_ = false;
  std::array<std::uint8_t, kBlock> in_{};
  std::array<std::uint8_t, kBlock> out_{};
};

bool XzStream::IsOne(const UniqueFd& file) {
  constexpr std::array<std::uint8_t, 6> kMagic = {0xfd, '7', 'z',
                                                  'X',  'Z', 0x00};
  std::array<std::uint8_t, kMagic.size()> start{};
  return ::pread(file.get(), start.data(), start.size(), 0) ==
             static_cast<ssize_t>(start.size()) &&
         start == kMagic;
}

XzStream::XzStream(const UniqueFd& file)
    : decoder_(std::make_unique<Decoder>(file)) {}

XzStream::~XzStream() = default;

Result<std::string_view> XzStream::Next() { return decoder_->Next(); }

}  // namespace acceld::recording
