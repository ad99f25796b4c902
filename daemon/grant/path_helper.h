// What is done in the mount namespace of a client, by a process of its own that
// lives for that alone: a thread of the daemon cannot enter one.
#pragma once

#include <string>

#include "base/result.h"
#include "base/unique_fd.h"

namespace acceld::daemon {

// How far the helper came.
enum class PathStep : int {
  kPrepare,    // a mount of the one file
  kEnter,      // the namespace
  kFind,       // the path in it
  kIsShared,   // refused: other namespaces would see the mount, too
  kIsTaken,    // refused: a ticket is mounted there
  kMakePlace,  // an empty file to mount on, where there is none
  kMount,
  kUnmount,
  kDone,
};

struct PathAnswer {
  PathStep step = PathStep::kDone;
  int error = 0;   // errno of the step that failed
  UniqueFd mount;  // the mount that was made, at kDone of a mount
};

// Mounts the file `name` of the detached mount `tree` (which moves on the way:
// use it for nothing else) at `path` in the mount namespace `name_space`.
// Nothing on the way to `path` may be a symbolic link. Where the path itself is
// missing and lies on a tmpfs of the client's (not on devtmpfs, nor on one that
// the first process's namespace has), an empty file is made there, which stays.
// Errors, beside the answer's: kDeadline (the client's filesystems do not
// answer within 5 s; the helper is killed), kNoMemory, kIo.
// Source: open_tree(2), move_mount(2), setns(2), openat2(2),
// proc_pid_mounts(5).
[[nodiscard]] Result<PathAnswer> MountAtPath(int name_space, int tree,
                                             const std::string& name,
                                             const std::string& path);
// Unmounts exactly the mount that MountAtPath() made, wherever it is by now,
// with what was mounted on it since; does nothing where it was gone. Errors: as
// above.
[[nodiscard]] Result<PathAnswer> UnmountPath(int name_space, int mount);

}  // namespace acceld::daemon
