// PathMount: a ticket at the device's usual path in the mount namespace of a
// client, for libraries that open nothing but that path.
#pragma once

#include <string>

#include "base/result.h"
#include "base/unique_fd.h"
#include "daemon/grant/ticket_node.h"

namespace acceld::daemon {

class PathMount {
 public:
  // Mounts `node` at `path` in the mount namespace of the process that
  // `process` (a pidfd, or -1: not known) stands for. What was there is hidden.
  // The node's own mount is used up: TicketNode::Revoke() takes the ACL entry
  // away alone, which is enough.
  //
  // Who shares that namespace sees the path too, though only the node's user
  // opens it. Hence the namespace must not be this process's or the machine's
  // first one, and mounts there must not be propagated to others. Where it
  // fails nothing is mounted, and `node` is of no more use.
  // Errors: kUnsupported (such a namespace; `process` not known or ended; a
  // symbolic link on the way; the path is missing and cannot be made), kBusy
  // (a ticket is mounted there), kPermissionDenied, kDeadline, kNoMemory, kIo.
  [[nodiscard]] static Result<PathMount> Make(TicketNode& node, int process,
                                              const std::string& path);
  PathMount(PathMount&&) = default;
  PathMount& operator=(PathMount&&) = delete;
  // Unmounts where that was not done; may block as Unmount() does.
  ~PathMount();

  // What was there before is seen again. Does nothing where the client has
  // unmounted it itself, or where it was done before. Blocks for 5 s where the
  // client's filesystems do not answer. Errors: kDeadline, kNoMemory, kIo; may
  // be called again.
  [[nodiscard]] Status Unmount();

 private:
  PathMount(UniqueFd name_space, UniqueFd mount)
      : name_space_(std::move(name_space)), mount_(std::move(mount)) {}

  UniqueFd name_space_;  // keeps it, should its last process end meanwhile
  UniqueFd mount_;       // not valid: nothing is mounted any more
};

}  // namespace acceld::daemon
