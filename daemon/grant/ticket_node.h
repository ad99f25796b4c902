// TicketNode: a device node on a filesystem of its own that no path leads to.
// Its descriptor is a ticket: useless in itself, it lets one user open the
// device through /proc/self/fd, so that the driver's open() runs in the process
// of whoever opens, and the ticket can be made void.
#pragma once

#include <sys/types.h>

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"

namespace acceld::daemon {

class TicketNode {
 public:
  // A node of the number `device` that `user` may read and write, and nobody
  // else but root: it is root's own, since an owner could give himself back the
  // mode that was taken from him; the user has an entry in its ACL. `name` is
  // the file's name, which shows in /proc/PID/fd. The driver is not called.
  // Errors: kPermissionDenied (CAP_SYS_ADMIN, CAP_MKNOD, or the device cgroup),
  // kUnsupported (tmpfs without ACLs), kInvalidArgument (`name` is no file
  // name), kNoMemory, kIo.
  // Source: fsopen(2), mknodat(2), acl(5).
  [[nodiscard]] static Result<TicketNode> Make(dev_t device, uid_t user,
                                               const std::string& name);

  // O_PATH and close-on-exec: what is handed out a copy of.
  [[nodiscard]] int fd() const { return node_.get(); }
  // The root of its filesystem, in no namespace.
  [[nodiscard]] int mount() const { return mount_.get(); }
  // Gives it away, for the node to be mounted somewhere; Revoke() does without
  // from then on.
  [[nodiscard]] UniqueFd TakeMount() { return std::move(mount_); }
  [[nodiscard]] const std::string& name() const { return name_; }
  // st_dev: tells what was opened through this ticket from all else.
  [[nodiscard]] dev_t filesystem() const { return filesystem_; }

  // Nobody opens the device by this ticket any more; what is open stays open.
  // Two ways, each enough: the user's ACL entry goes, and devices on the mount
  // are forbidden, to root too. What fails is logged. Thread-safe; may be
  // called again.
  void Revoke() const noexcept;

 private:
  TicketNode() = default;

  std::string name_;
  UniqueFd mount_;
  UniqueFd node_;
  dev_t filesystem_ = 0;
};

// All the ways to one device that one grant gives.
using Tickets = std::vector<TicketNode>;

}  // namespace acceld::daemon
