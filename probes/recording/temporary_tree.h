// TemporaryTree: a private directory (mode 0700) that is gone when this
// process is, however it ends: a child process waits for that and removes it.
// So an interrupt, a crash or a kill leaves nothing behind.
//
// Single-threaded; movable.
#pragma once

#include <sys/types.h>

#include <string>

#include "base/result.h"
#include "base/unique_fd.h"

namespace acceld::recording {

class TemporaryTree {
 public:
  // Makes it below $TMPDIR, or /tmp. Requires: no second thread yet (it forks).
  // Errors: kIo, kPermissionDenied, kNoMemory, kNotFound ($TMPDIR).
  [[nodiscard]] static Result<TemporaryTree> Make();

  TemporaryTree(TemporaryTree&& other) noexcept;
  TemporaryTree& operator=(TemporaryTree&&) = delete;
  // Returns once the directory and all in it are removed.
  ~TemporaryTree();

  // Absolute, with all links resolved.
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  TemporaryTree(std::string path, UniqueFd held, pid_t remover)
      : path_(std::move(path)), held_(std::move(held)), remover_(remover) {}

  std::string path_;
  UniqueFd held_;  // closed: the remover goes to work
  pid_t remover_;  // -1: moved from
};

}  // namespace acceld::recording
