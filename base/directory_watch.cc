#include "base/directory_watch.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <iterator>
#include <system_error>
#include <utility>

#include "base/log.h"

namespace acceld {
namespace {

// Of what leads there. Not what else is made in it: where /tmp is on the way,
// that is done all the time, by anybody.
constexpr std::uint32_t kItself = IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;
// Of what the directory is in, or should be: a directory that somebody still
// has open is not known to itself to be removed.
constexpr std::uint32_t kStructure =
    kItself | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO;
// Of the directory: what is written, and owners and modes.
constexpr std::uint32_t kContents =
    kStructure | IN_CLOSE_WRITE | IN_ATTRIB | IN_EXCL_UNLINK;

std::string Absolute(const std::string& directory) {
  std::error_code error;
  auto path = std::filesystem::absolute(directory, error).lexically_normal();
  if (error) return directory;
  if (!path.has_filename()) path = path.parent_path();  // "policy.d/"
  return path.string();
}

}  // namespace

DirectoryWatch::DirectoryWatch(std::string directory, NameTest matters,
                               UniqueFd inotify)
    : directory_(std::move(directory)),
      matters_(matters),
      inotify_(std::move(inotify)) {}

Result<DirectoryWatch> DirectoryWatch::Open(const std::string& directory,
                                            NameTest matters) {
  UniqueFd inotify(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (!inotify.valid()) return FailErrno("inotify", errno);
  DirectoryWatch watch(Absolute(directory), matters, std::move(inotify));
  watch.Arm();
  return watch;
}

void DirectoryWatch::Arm() {
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

bool DirectoryWatch::Watch(const std::filesystem::path& path,
                           std::uint32_t events, const std::string& next_name) {
  const int watch = ::inotify_add_watch(inotify_.get(), path.c_str(), events);
  if (watch >= 0) {
    next_names_[watch] = next_name;
    return true;
  }
  if (errno == ENOENT || errno == ENOTDIR) return false;
  Log(LogLevel::kWarning, "directory_not_watched",
      {{"path", path.string()},
       {"what", std::generic_category().message(errno)}});
  return true;
}

bool DirectoryWatch::Next() {
  bool changed = false;
  alignas(inotify_event) std::array<char, 16384> buffer{};
  for (;;) {
    const ssize_t got = ::read(inotify_.get(), buffer.data(), buffer.size());
    if (got <= 0) break;  // EAGAIN: all is read
    const auto size = static_cast<std::size_t>(got);
    for (std::size_t at = 0; at + sizeof(inotify_event) <= size;) {
      inotify_event event{};
      std::memcpy(&event, buffer.data() + at, sizeof event);
      const char* name = buffer.data() + at + sizeof event;
      changed |= IsChange(event, {name, ::strnlen(name, event.len)});
      at += sizeof event + event.len;
    }
  }
  // Another directory may be in force now, with other files.
  if (is_stale_) Arm();
  return changed;
}

bool DirectoryWatch::IsChange(const inotify_event& event,
                              std::string_view name) {
  if ((event.mask & IN_Q_OVERFLOW) != 0) {
    is_stale_ = true;
    return true;
  }
  const auto watch = next_names_.find(event.wd);
  if (watch == next_names_.end() || (event.mask & IN_IGNORED) != 0) {
    return false;
  }
  const bool is_own = (event.mask & (IN_DELETE_SELF | IN_MOVE_SELF)) != 0;
  const bool leads_there = !watch->second.empty() && name == watch->second;
  if (is_own || leads_there) {
    is_stale_ = true;
    return true;
  }
  return watch->second.empty() && (name.empty() || matters_(name));
}

void QuietTime::OnChange(SteadyTime now) {
  if (!first_) first_ = now;
  due_ = std::min<SteadyTime>(now + kQuiet, *first_ + kPatience);
}

void QuietTime::Clear() {
  first_.reset();
  due_.reset();
}

}  // namespace acceld
