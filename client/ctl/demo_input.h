// What the demo compresses: a file of the user's, mapped, or test data.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <utility>

#include "base/result.h"
#include "base/units.h"

namespace acceld::ctl {

class DemoInput {
 public:
  // Maps a file, read-only. Errors: kNotFound, kPermissionDenied, kIo,
  // kInvalidArgument (empty, or not a file that can be mapped).
  [[nodiscard]] static Result<DemoInput> Map(const std::string& path);
  // Makes `size` bytes, always the same: words, runs of one byte, and noise, a
  // third each, in turns of 64 KiB. Errors: kNoMemory, kInvalidArgument (none).
  [[nodiscard]] static Result<DemoInput> Make(Bytes size);

  DemoInput(DemoInput&& other) noexcept;
  DemoInput& operator=(DemoInput&&) = delete;
  DemoInput(const DemoInput&) = delete;
  DemoInput& operator=(const DemoInput&) = delete;
  ~DemoInput();

  [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }
  // For people: the path, or "test data".
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  DemoInput(std::span<std::byte> bytes, std::string name)
      : bytes_(bytes), name_(std::move(name)) {}
  std::span<std::byte> bytes_;
  std::string name_;
};

// Writes a whole file. Errors: kPermissionDenied, kIo, ...
[[nodiscard]] Status WriteFile(const std::string& path,
                               std::span<const std::byte> bytes);

}  // namespace acceld::ctl
