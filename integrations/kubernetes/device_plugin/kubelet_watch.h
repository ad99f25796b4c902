// KubeletWatch: notices that the kubelet starts, and that sockets of its
// directory are removed: it removes all of them when it starts, then makes its
// own. One thread.
#pragma once

#include <string>

#include "base/result.h"
#include "base/unique_fd.h"

namespace acceld::kubernetes {

// Which socket lies at `path`: another text, another kubelet's (or of the same
// one, started again); "" where there is none.
[[nodiscard]] std::string SocketIdentity(const std::string& path);

class KubeletWatch {
 public:
  // `directory`: of the kubelet's plugins. Errors: kNotFound,
  // kPermissionDenied, kIo, kNoMemory.
  [[nodiscard]] static Result<KubeletWatch> Open(const std::string& directory);

  // Readable when something happened.
  [[nodiscard]] int fd() const { return inotify_.get(); }
  struct News {
    bool changed = false;    // some socket came or went
    bool restarted = false;  // the kubelet's came: it has to be told anew
  };
  // What came since the last call; does not block. Errors: kUnavailable (the
  // directory itself is gone), kIo.
  [[nodiscard]] Result<News> Next();

 private:
  explicit KubeletWatch(UniqueFd inotify) : inotify_(std::move(inotify)) {}
  UniqueFd inotify_;
};

}  // namespace acceld::kubernetes
