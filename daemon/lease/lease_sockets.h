// The sockets of leases: a way for every process of a lease's owner to come to
// it by a path, from inside a container for example, without the bus. A socket
// is there as long as its lease, so what mounts it into a container cannot be
// started with a lease that is over.
// Loop thread only.
#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "base/unique_fd.h"
#include "daemon/event_loop.h"

namespace acceld::daemon {

// One lease's; removed with the object.
class LeaseSocket {
 public:
  LeaseSocket(LeaseSocket&& other) noexcept = default;
  LeaseSocket& operator=(LeaseSocket&& other) = delete;
  ~LeaseSocket();

  // Absolute.
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  friend class LeaseSockets;
  LeaseSocket() = default;

  std::string path_;
  std::string name_;
  std::shared_ptr<const UniqueFd> directory_;
  UniqueFd listener_;
  EventLoop::Source source_;
};

class LeaseSockets {
 public:
  // Makes `directory` where it is not there (its parent must be), and removes
  // the sockets that a daemon before left in it. Errors: kPermissionDenied,
  // kNotFound, kIo.
  [[nodiscard]] static Result<std::unique_ptr<LeaseSockets>> Make(
      EventLoop& loop, const std::string& directory);

  using Arrived = std::function<void(UniqueFd connection)>;
  // `name` is the lease's id. Calls `arrived` with each connection of a process
  // of `owner`'s (SOCK_SEQPACKET); others are closed. Who may connect is judged
  // by the kernel's word on the process (SO_PEERCRED), not by the file's mode:
  // in a user namespace too, that is the user as this process sees it.
  // Errors: kBusy (it is there), kIo, kNoMemory. Source: unix(7).
  [[nodiscard]] Result<LeaseSocket> Open(const std::string& name, uid_t owner,
                                         Arrived arrived) const;

 private:
  LeaseSockets(EventLoop& loop, std::string directory, UniqueFd fd)
      : loop_(loop),
        path_(std::move(directory)),
        directory_(std::make_shared<const UniqueFd>(std::move(fd))) {}

  EventLoop& loop_;
  std::string path_;
  std::shared_ptr<const UniqueFd> directory_;
};

}  // namespace acceld::daemon
