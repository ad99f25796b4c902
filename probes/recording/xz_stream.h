// XzStream: the bytes of an .xz file, decompressed piece by piece in bounded
// memory. libarchive's own reader of xz sets liblzma no limit, and a file of
// a hundred bytes may ask for a dictionary of 4 GiB.
//
// Single-threaded.
// Source: The .xz File Format 1.1.0; lzma/container.h.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "base/unique_fd.h"

namespace acceld::recording {

class XzStream {
 public:
  // Memory that the decoder may take: twice what xz -9 asks for.
  static constexpr std::uint64_t kMostMemory = std::uint64_t{128} << 20;

  // Whether the file starts as one of xz does. Its offset stays.
  [[nodiscard]] static bool IsOne(const UniqueFd& file);

  // Reads `file`, which must outlive it, from its offset on.
  explicit XzStream(const UniqueFd& file);
  ~XzStream();
  XzStream(const XzStream&) = delete;
  XzStream& operator=(const XzStream&) = delete;

  // The next bytes, which stand until the next call; none at the end.
  // Errors: kIo; kNoMemory; kCorruptInput, also where it asks for more than
  // kMostMemory.
  [[nodiscard]] Result<std::string_view> Next();

 private:
  class Decoder;
  std::unique_ptr<Decoder> decoder_;
};

}  // namespace acceld::recording
