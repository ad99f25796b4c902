// FilesystemEnds: the proof that nothing opened from a filesystem of the
// daemon's own is open any more.
#pragma once

#include <sys/types.h>

#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "daemon/grant/holders.h"

namespace acceld::daemon {

// What /proc shows of other processes is no proof (holders.h): a descriptor may
// lie in a socket that nobody reads, or go from process to process faster than
// one looks. But every open file and every mapping of one keeps its mount, and
// every mount its filesystem: where each device is opened by a node on a
// filesystem of its own, that filesystem ends with the last of them, and not
// before. The kernel tells it by an inotify event. Thread-safe.
class FilesystemEnds {
 public:
  // Errors: kNoMemory, kIo. Source: inotify(7), IN_UNMOUNT.
  [[nodiscard]] static Result<std::shared_ptr<FilesystemEnds>> Make();

  struct Watched {
    dev_t filesystem = 0;  // st_dev; another's once it has ended
    int watch = -1;        // -1: it is not waited for its end
  };
  // Watches the filesystem that the open file `file` is on; O_PATH will do.
  // Errors: kNoMemory (also: no watch left of the user's), kIo.
  [[nodiscard]] Result<Watched> Watch(int file);
  // Whether it is gone. This process's own descriptors and mounts count like
  // all others', and so do those with O_PATH. Never blocks.
  [[nodiscard]] bool HasEnded(const Watched& watched);
  // Nobody will ask again.
  void Forget(const Watched& watched);

  // Who has `device` open by a node on one of them; empty: they have ended.
  // Where one has not, and no process has a descriptor, a Holder without a pid.
  // Of one that is not waited for, what /proc shows is all.
  // As daemon::FindHolders. Errors: as there.
  [[nodiscard]] Result<std::vector<Holder>> FindHolders(
      dev_t device, std::span<const Watched> filesystems);

 private:
  explicit FilesystemEnds(UniqueFd events) : events_(std::move(events)) {}
  void ReadEvents();

  UniqueFd events_;
  std::mutex mutex_;
  std::set<int> there_;  // watches of filesystems that have not ended
};

}  // namespace acceld::daemon
