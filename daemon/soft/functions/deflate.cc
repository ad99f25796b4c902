#include <zlib.h>

#include "daemon/soft/functions/functions.h"

namespace acceld::soft {
namespace {

using api::soft::CompletionStatus;

constexpr int kRawWindow = -15;  // 32 KiB window, no zlib header
constexpr int kMemoryLevel = 8;  // zlib's default

class Deflater {
 public:
  Deflater() = default;
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;
  ~Deflater() {
    if (ready_) (void)::deflateEnd(&stream_);
  }
  // False where there is no memory.
  [[nodiscard]] bool Start(int level) {
    ready_ = ::deflateInit2(&stream_, level, Z_DEFLATED, kRawWindow,
                            kMemoryLevel, Z_DEFAULT_STRATEGY) == Z_OK;
    return ready_;
  }
  [[nodiscard]] z_stream& stream() { return stream_; }

 private:
  z_stream stream_{};
  bool ready_ = false;
};

// Compresses what `stream` has as input and writes what comes out, until the
// input is used up (`flush` Z_NO_FLUSH) or the stream is complete (Z_FINISH).
CompletionStatus Drain(Operation& operation, z_stream& stream, int flush) {
  const auto output = operation.workspace().output();
  do {
    stream.next_out = reinterpret_cast<Bytef*>(output.data());
    stream.avail_out = static_cast<uInt>(output.size());
    const std::uint64_t before = stream.total_out;
    if (::deflate(&stream, flush) == Z_STREAM_ERROR) {
      return CompletionStatus::kInternal;
    }
    const std::size_t produced = output.size() - stream.avail_out;
    const CompletionStatus status =
        operation.Write(before, output.first(produced));
    if (status != CompletionStatus::kOk) return status;
  } while (stream.avail_out == 0);  // a full buffer: there may be more
  return CompletionStatus::kOk;
}

}  // namespace

CompletionStatus CompressDeflate(Operation& operation) {
  const api::soft::Descriptor& d = operation.descriptor();
  if (d.parameter > Z_BEST_COMPRESSION || operation.Overlaps()) {
    return CompletionStatus::kBadDescriptor;
  }
  Deflater deflater;
  if (!deflater.Start(static_cast<int>(d.parameter))) {
    return CompletionStatus::kInternal;
  }
  z_stream& stream = deflater.stream();
  std::uint64_t offset = 0;
  do {  // an empty source still gives a (2-byte) stream
    const std::span<std::byte> chunk =
        operation.workspace().input().first(operation.ChunkAt(offset));
    CompletionStatus status = operation.Read(offset, chunk);
    if (status != CompletionStatus::kOk) return status;
    offset += chunk.size();
    stream.next_in = reinterpret_cast<Bytef*>(chunk.data());
    stream.avail_in = static_cast<uInt>(chunk.size());
    const bool last = offset == d.source_size;
    status = Drain(operation, stream, last ? Z_FINISH : Z_NO_FLUSH);
    if (status != CompletionStatus::kOk) return status;
  } while (offset < d.source_size);
  return CompletionStatus::kOk;
}

}  // namespace acceld::soft
