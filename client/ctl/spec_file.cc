#include "client/ctl/spec_file.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/unique_fd.h"

namespace acceld::ctl {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

Error NobodyWrites(const std::string& directory) {
  return {
      ErrorCode::kUnavailable,
      "no CDI spec of the lease appears in " + directory +
          ": nobody writes it. Start acceld-cdi.service, or as who owns the "
          "directory 'accelctl cdi sync --watch'",
      0};
}

}  // namespace

Status WaitForSpec(const std::string& directory, const std::string& name,
                   milliseconds patience) {
  const UniqueFd changes(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (!changes.valid()) return FailErrno("watch " + directory, errno);
  // Before the first look: what comes in between is not missed.
  if (::inotify_add_watch(changes.get(), directory.c_str(),
                          IN_MOVED_TO | IN_CREATE | IN_ONLYDIR) < 0) {
    if (errno == ENOENT || errno == ENOTDIR) {
      return Fail(NobodyWrites(directory));
    }
    return FailErrno("watch " + directory, errno);
  }
  const std::string path = directory + "/" + name;
  const auto until = Clock::now() + patience;
  for (;;) {
    if (::access(path.c_str(), R_OK) == 0) return {};
    const auto left =
        std::chrono::ceil<milliseconds>(until - Clock::now()).count();
    if (left <= 0) return Fail(NobodyWrites(directory));
    pollfd polled{changes.get(), POLLIN, 0};
    if (::poll(&polled, 1, static_cast<int>(left)) < 0 && errno != EINTR) {
      return FailErrno("watch " + directory, errno);
    }
    std::array<char, 4096> events{};  // what they say is looked at, not read
    while (::read(changes.get(), events.data(), events.size()) > 0) {
    }
  }
}

}  // namespace acceld::ctl
