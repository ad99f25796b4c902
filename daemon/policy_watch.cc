#include "daemon/policy_watch.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "base/log.h"

namespace acceld::daemon {
namespace {

// Of what leads there. Not what else is made in it: where /tmp is on the way,
// that is done all the time, by anybody.
constexpr std::uint32_t kItself = IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;
// Of what the policy directory is in, or should be: a directory that somebody
// still has open is not known to itself to be removed.
constexpr std::uint32_t kStructure =
    kItself | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO;
// Of the policy directory: what is written, and owners and modes.
constexpr std::uint32_t kContents =
    kStructure | IN_CLOSE_WRITE | IN_ATTRIB | IN_EXCL_UNLINK;

// The names that policy/directory.h reads.
bool IsPolicyName(std::string_view name) {
  return name.ends_with(".json") && !name.starts_with('.');
}

std::string Absolute(const std::string& directory) {
  std::error_code error;
  auto path = std::filesystem::absolute(directory, error).lexically_normal();
  if (error) return directory;
  if (!path.has_filename()) path = path.parent_path();  // "policy.d/"
  return path.string();
}

}  // namespace

PolicyWatch::PolicyWatch(std::string directory, EventLoop& loop,
                         const Clock& clock, std::function<void()> changed)
    : directory_(std::move(directory)),
      loop_(loop),
      clock_(clock),
      changed_(std::move(changed)) {}

Result<std::unique_ptr<PolicyWatch>> PolicyWatch::Start(
    const std::string& directory, EventLoop& loop, const Clock& clock,
    std::function<void()> changed) {
  std::unique_ptr<PolicyWatch> watch(
      new PolicyWatch(Absolute(directory), loop, clock, std::move(changed)));
  watch->inotify_ = UniqueFd(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (!watch->inotify_.valid()) return FailErrno("inotify", errno);
  watch->Arm();
  ACCELD_TRY(
      watch->readable_,
      loop.WatchFd(watch->inotify_.get(), EPOLLIN,
                   [self = watch.get()](std::uint32_t) { self->Receive(); }));
  return watch;
}

void PolicyWatch::Arm() {
  for (const auto& [watch, name] : next_names_) {
    (void)::inotify_rm_watch(inotify_.get(), watch);
  }
  next_names_.clear();
  is_stale_ = false;
  // From the top, so that what appears below meanwhile is seen or found.
  const std::filesystem::path whole(directory_);
  const std::filesystem::path parent = whole.parent_path();
  std::filesystem::path above;
  std::filesystem::path here;
  for (auto part = whole.begin(); part != whole.end(); ++part) {
    above = here;
    here /= *part;
    const auto next = std::next(part);
    const bool is_last = next == whole.end();
    const std::uint32_t events =
        is_last ? kContents : (here == parent ? kStructure : kItself);
    const std::string name = is_last ? std::string() : next->string();
    if (Watch(here, events, name)) continue;
    // What is not there yet is noticed in what should hold it, or was made
    // while that was not watched for it.
    if (!Watch(above, kStructure, part->string()) ||
        !Watch(here, events, name)) {
      return;
    }
  }
}

bool PolicyWatch::Watch(const std::filesystem::path& path, std::uint32_t events,
                        const std::string& next_name) {
  const int watch = ::inotify_add_watch(inotify_.get(), path.c_str(), events);
  if (watch >= 0) {
    next_names_[watch] = next_name;
    return true;
  }
  if (errno == ENOENT || errno == ENOTDIR) return false;
  Log(LogLevel::kWarning, "policy_not_watched",
      {{"path", path.string()},
       {"what", std::generic_category().message(errno)}});
  return true;
}

void PolicyWatch::Receive() {
  alignas(inotify_event) std::array<char, 16384> buffer{};
  for (;;) {
    const ssize_t got = ::read(inotify_.get(), buffer.data(), buffer.size());
    if (got <= 0) break;  // EAGAIN: all is read
    const auto size = static_cast<std::size_t>(got);
    for (std::size_t at = 0; at + sizeof(inotify_event) <= size;) {
      inotify_event event{};
      std::memcpy(&event, buffer.data() + at, sizeof event);
      const char* name = buffer.data() + at + sizeof event;
      OnEvent(event, {name, ::strnlen(name, event.len)});
      at += sizeof event + event.len;
    }
  }
  // Another directory may be in force now, with other files.
  if (is_stale_) Arm();
}

void PolicyWatch::OnEvent(const inotify_event& event, std::string_view name) {
  if ((event.mask & IN_Q_OVERFLOW) != 0) {
    is_stale_ = true;
    OnChange();
    return;
  }
  const auto watch = next_names_.find(event.wd);
  if (watch == next_names_.end() || (event.mask & IN_IGNORED) != 0) return;
  const bool is_own = (event.mask & (IN_DELETE_SELF | IN_MOVE_SELF)) != 0;
  const bool leads_there = !watch->second.empty() && name == watch->second;
  if (is_own || leads_there) {
    is_stale_ = true;
    OnChange();
  } else if (watch->second.empty() && (name.empty() || IsPolicyName(name))) {
    OnChange();
  }
}

void PolicyWatch::OnChange() {
  const SteadyTime now = clock_.Now();
  if (!first_change_) first_change_ = now;
  const auto left = std::chrono::duration_cast<std::chrono::microseconds>(
      *first_change_ + kPatience - now);
  const auto wait = std::clamp<std::chrono::microseconds>(
      left, std::chrono::microseconds(0), kQuiet);
  auto timer = loop_.After(wait, [this] {
    first_change_.reset();
    changed_();
  });
  if (timer) {
    timer_ = *std::move(timer);
    return;
  }
  first_change_.reset();
  changed_();
}

}  // namespace acceld::daemon
