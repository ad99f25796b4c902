#include "integrations/kubernetes/device_plugin/kubelet_watch.h"

#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>

namespace acceld::kubernetes {
namespace {

constexpr std::string_view kKubeletSocket = "kubelet.sock";

// One event of those that a read gave. Source: inotify(7).
void Count(const inotify_event& event, KubeletWatch::News& news) {
  news.changed = true;
  // Where events were lost, anything may have happened.
  const bool lost = (event.mask & IN_Q_OVERFLOW) != 0;
  const bool came = (event.mask & (IN_CREATE | IN_MOVED_TO)) != 0;
  if (lost || (came && event.len > 0 && kKubeletSocket == event.name)) {
    news.restarted = true;
  }
}

}  // namespace

std::string SocketIdentity(const std::string& path) {
  struct stat found {};
  if (::lstat(path.c_str(), &found) != 0) return {};
  // The number alone may be given to the next socket.
  return std::to_string(found.st_dev) + ":" + std::to_string(found.st_ino) +
         ":" + std::to_string(found.st_ctim.tv_sec) + "." +
         std::to_string(found.st_ctim.tv_nsec);
}

Result<KubeletWatch> KubeletWatch::Open(const std::string& directory) {
  UniqueFd inotify(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (!inotify.valid()) return FailErrno("inotify_init1", errno);
  if (::inotify_add_watch(inotify.get(), directory.c_str(),
                          IN_CREATE | IN_MOVED_TO | IN_DELETE | IN_DELETE_SELF |
                              IN_MOVE_SELF | IN_ONLYDIR) < 0) {
    return FailErrno(directory, errno);
  }
  return KubeletWatch(std::move(inotify));
}

Result<KubeletWatch::News> KubeletWatch::Next() {
  News news;
  alignas(inotify_event) std::array<char, 4096> bytes{};
  for (;;) {
    const ssize_t got = ::read(inotify_.get(), bytes.data(), bytes.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return news;
    if (got <= 0) return FailErrno("read inotify", got < 0 ? errno : EIO);
    for (std::size_t at = 0; at < static_cast<std::size_t>(got);) {
      const auto* event =
          reinterpret_cast<const inotify_event*>(bytes.data() + at);
      if ((event->mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED)) != 0) {
        return Fail(ErrorCode::kUnavailable,
                    "the directory of the kubelet's plugins is gone");
      }
      Count(*event, news);
      at += sizeof(inotify_event) + event->len;
    }
  }
}

}  // namespace acceld::kubernetes
