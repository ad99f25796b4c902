#include <zlib.h>

#include "daemon/soft/functions/functions.h"

namespace acceld::soft {
namespace {

using api::soft::CompletionStatus;

constexpr int kRawWindow = -15;  // 32 KiB window, no zlib header

class Inflater {
 public:
  Inflater() = default;
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() {
    if (ready_) (void)::inflateEnd(&stream_);
  }
  // False where there is no memory.
  [[nodiscard]] bool Start() {
    ready_ = ::inflateInit2(&stream_, kRawWindow) == Z_OK;
    return ready_;
  }
  [[nodiscard]] z_stream& stream() { return stream_; }

 private:
  z_stream stream_{};
  bool ready_ = false;
};

CompletionStatus StatusOf(int code) {
  switch (code) {
    case Z_OK:
    case Z_BUF_ERROR:  // no progress without more input
    case Z_STREAM_END:
      return CompletionStatus::kOk;
    case Z_MEM_ERROR:
      return CompletionStatus::kInternal;
    default:
      return CompletionStatus::kCorrupt;
  }
}

// Decompresses what `stream` has as input. `ended` tells whether the stream is
// complete.
CompletionStatus Drain(Operation& operation, z_stream& stream, bool& ended) {
  const auto output = operation.workspace().output();
  do {
    stream.next_out = reinterpret_cast<Bytef*>(output.data());
    stream.avail_out = static_cast<uInt>(output.size());
    const std::uint64_t before = stream.total_out;
    const int code = ::inflate(&stream, Z_NO_FLUSH);
    CompletionStatus status = StatusOf(code);
    if (status != CompletionStatus::kOk) return status;
    const std::size_t produced = output.size() - stream.avail_out;
    status = operation.Write(before, output.first(produced));
    if (status != CompletionStatus::kOk) return status;
    ended = code == Z_STREAM_END;
  } while (!ended && stream.avail_out == 0);
  return CompletionStatus::kOk;
}

}  // namespace

CompletionStatus DecompressDeflate(Operation& operation) {
  const api::soft::Descriptor& d = operation.descriptor();
  if (operation.Overlaps()) return CompletionStatus::kBadDescriptor;
  Inflater inflater;
  if (!inflater.Start()) return CompletionStatus::kInternal;
  z_stream& stream = inflater.stream();
  bool ended = false;
  for (std::uint64_t offset = 0; !ended && offset < d.source_size;) {
    const std::span<std::byte> chunk =
        operation.workspace().input().first(operation.ChunkAt(offset));
    CompletionStatus status = operation.Read(offset, chunk);
    if (status != CompletionStatus::kOk) return status;
    offset += chunk.size();
    stream.next_in = reinterpret_cast<Bytef*>(chunk.data());
    stream.avail_in = static_cast<uInt>(chunk.size());
    status = Drain(operation, stream, ended);
    if (status != CompletionStatus::kOk) return status;
  }
  operation.set_bytes_read(stream.total_in);
  return ended ? CompletionStatus::kOk : CompletionStatus::kCorrupt;
}

}  // namespace acceld::soft
