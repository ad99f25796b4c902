// Owner of one file descriptor. Closing is the only thing it does by itself.
#pragma once

#include <utility>

#include "base/result.h"

namespace acceld {

class UniqueFd {
 public:
  UniqueFd() = default;
  // Takes ownership of `fd` (-1: owns nothing).
  explicit UniqueFd(int fd) : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(other.Release()) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    if (this != &other) Reset(other.Release());
    return *this;
  }
  UniqueFd(const UniqueFd&) = delete;
  UniqueFd& operator=(const UniqueFd&) = delete;
  ~UniqueFd() { Reset(); }

  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool valid() const { return fd_ >= 0; }
  // Gives ownership to the caller.
  [[nodiscard]] int Release() { return std::exchange(fd_, -1); }
  // Closes what is owned and owns `fd` from now on.
  void Reset(int fd = -1);

  // A second, close-on-exec descriptor of the same open file.
  // Errors: kIo, kNoMemory.
  [[nodiscard]] Result<UniqueFd> Duplicate() const;

 private:
  int fd_ = -1;
};

// Duplicates a descriptor that somebody else owns, close-on-exec. Use it for
// every descriptor that a library lends (sdbus::UnixFd dups without the flag).
// Errors: kIo, kNoMemory.
[[nodiscard]] Result<UniqueFd> DuplicateFd(int fd);

}  // namespace acceld
