#include "daemon/grant/filesystem_ends.h"

#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string>
#include <utility>

namespace acceld::daemon {

Result<std::shared_ptr<FilesystemEnds>> FilesystemEnds::Make() {
  UniqueFd events(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (!events.valid()) return FailErrno("watch filesystems", errno);
  return std::shared_ptr<FilesystemEnds>(new FilesystemEnds(std::move(events)));
}

Result<FilesystemEnds::Watched> FilesystemEnds::Watch(int file) {
  struct stat status {};
  if (::fstat(file, &status) != 0) return FailErrno("fstat", errno);
  const std::string path = "/proc/self/fd/" + std::to_string(file);
  const std::lock_guard lock(mutex_);
  // The end is told whatever is asked for; this never happens to a device node.
  const int watch =
      ::inotify_add_watch(events_.get(), path.c_str(), IN_DELETE_SELF);
  if (watch < 0) {
    if (errno == ENOSPC) {
      return Fail(ErrorCode::kNoMemory,
                  "watch a filesystem: fs.inotify.max_user_watches are in use");
    }
    return FailErrno("watch a filesystem", errno);
  }
  there_.insert(watch);
  return Watched{status.st_dev, watch};
}

bool FilesystemEnds::HasEnded(const Watched& watched) {
  const std::lock_guard lock(mutex_);
  ReadEvents();
  return !there_.contains(watched.watch);
}

void FilesystemEnds::Forget(const Watched& watched) {
  const std::lock_guard lock(mutex_);
  if (there_.erase(watched.watch) != 0) {
    (void)::inotify_rm_watch(events_.get(), watched.watch);
  }
}

Result<std::vector<Holder>> FilesystemEnds::FindHolders(
    dev_t device, std::span<const Watched> filesystems) {
  const auto has_ended = [this](const Watched& one) { return HasEnded(one); };
  std::vector<dev_t> there;
  Look look = Look::kDescriptors;
  for (const Watched& one : filesystems) {
    if (one.watch < 0) look = Look::kAll;
    if (one.watch < 0 || !has_ended(one)) there.push_back(one.filesystem);
  }
  if (there.empty()) return std::vector<Holder>();
  ACCELD_TRY(std::vector<Holder> holders,
             daemon::FindHolders(device, there, "/proc", look));
  if (holders.empty() &&
      !std::all_of(filesystems.begin(), filesystems.end(), has_ended)) {
    holders.emplace_back();
  }
  return holders;
}

// Each filesystem gives two events, the second when its watch is gone. None is
// lost: the queue takes thousands (fs.inotify.max_queued_events), and who waits
// for an end asks every few seconds.
void FilesystemEnds::ReadEvents() {
  alignas(inotify_event) std::array<std::byte, 4096> events{};
  ssize_t size = 0;
  while ((size = ::read(events_.get(), events.data(), events.size())) > 0) {
    inotify_event event{};
    for (std::size_t at = 0; at < static_cast<std::size_t>(size);
         at += sizeof event + event.len) {
      std::memcpy(&event, events.data() + at, sizeof event);
      if ((event.mask & IN_IGNORED) != 0) there_.erase(event.wd);
    }
  }
}

}  // namespace acceld::daemon
