#include "daemon/lease/lifeline.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <utility>

namespace acceld::daemon {
namespace {

bool HasOption(int fd, int option, int wanted) {
  int value = 0;
  socklen_t size = sizeof value;
  return ::getsockopt(fd, SOL_SOCKET, option, &value, &size) == 0 &&
         value == wanted;
}

}  // namespace

Status CheckSessionSocket(int fd) {
  sockaddr_un peer{};
  socklen_t size = sizeof peer;
  if (!HasOption(fd, SO_DOMAIN, AF_UNIX) ||
      !HasOption(fd, SO_TYPE, SOCK_SEQPACKET) ||
      ::getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &size) != 0) {
    return Fail(ErrorCode::kInvalidArgument,
                "session: pass one end of socketpair(AF_UNIX, SOCK_SEQPACKET)");
  }
  return {};
}

Result<EventLoop::Source> WatchLifeline(EventLoop& loop, int session,
                                        std::function<void()> ended) {
  // No events: only the end of the peer (EPOLLHUP) wakes the loop, whatever
  // the client writes.
  return loop.WatchFd(session, 0,
                      [ended = std::move(ended)](std::uint32_t revents) {
                        if ((revents & (EPOLLHUP | EPOLLERR)) != 0) ended();
                      });
}

}  // namespace acceld::daemon
