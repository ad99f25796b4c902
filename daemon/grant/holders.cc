#include "daemon/grant/holders.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "base/unique_fd.h"
#include "base/utf8.h"

namespace acceld::daemon {
namespace {

constexpr std::size_t kMaxHolders = 64;

// What reading a file of a process says that has ended meanwhile.
bool HasGone(int error) { return error == ENOENT || error == ESRCH; }

std::optional<std::int64_t> Number(std::string_view text, int base = 10) {
  std::int64_t number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (error != std::errc() || end == text.data()) return std::nullopt;
  return number;
}

// The names in one directory of procfs, read one by one: a process may have
// millions of them.
class Names {
 public:
  // Null where it has gone.
  [[nodiscard]] static Result<std::optional<Names>> Open(
      int at, const std::string& path) {
    UniqueFd fd(::openat(at, path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd.valid()) {
      if (HasGone(errno)) return std::nullopt;
      return FailErrno("read " + path, errno);
    }
    DIR* stream = ::fdopendir(fd.get());
    if (stream == nullptr) return FailErrno("read " + path, errno);
    (void)fd.Release();  // the stream's now
    return Names(stream);
  }

  [[nodiscard]] int fd() const { return ::dirfd(stream_.get()); }
  // Empty at the end, which is also where the process ends.
  [[nodiscard]] Result<std::string> Next() {
    for (;;) {
      errno = 0;
      const dirent* entry = ::readdir(stream_.get());
      if (entry == nullptr) {
        if (errno == 0 || HasGone(errno)) return std::string();
        return FailErrno("read a directory of /proc", errno);
      }
      if (entry->d_name[0] != '.') return std::string(entry->d_name);
    }
  }

 private:
  explicit Names(DIR* stream) : stream_(stream) {}
  struct Close {
    void operator()(DIR* stream) const { (void)::closedir(stream); }
  };
  std::unique_ptr<DIR, Close> stream_;
};

class Search {
 public:
  Search(dev_t device, std::span<const dev_t> filesystems, UniqueFd proc,
         bool is_live, Look look)
      : device_(device),
        filesystems_(filesystems),
        proc_(std::move(proc)),
        is_live_(is_live),
        look_(look) {}

  Result<std::vector<Holder>> Run();

 private:
  Result<bool> Holds(const std::string& process) const;
  Result<bool> HasOpen(const std::string& task) const;
  // As above; nothing where the task has no mappings at all.
  Result<std::optional<bool>> HasMapped(const std::string& task) const;
  Result<bool> IsDevice(const Names& links, const std::string& name) const;
  bool IsPath(const std::string& task, const std::string& name) const;
  bool SharesFiles(const std::string& process, const std::string& task) const;
  std::string Read(const std::string& path) const;
  bool IsRoots(const std::string& process) const;
  Holder Describe(const std::string& process) const;

  dev_t device_;
  std::span<const dev_t> filesystems_;
  UniqueFd proc_;
  bool is_live_;
  Look look_;
};

// The beginning of a file; empty where the process has ended.
std::string Search::Read(const std::string& path) const {
  const UniqueFd fd(::openat(proc_.get(), path.c_str(), O_RDONLY | O_CLOEXEC));
  std::array<char, 4096> bytes{};
  const ssize_t size =
      fd.valid() ? ::read(fd.get(), bytes.data(), bytes.size()) : -1;
  if (size < 0) return {};
  return std::string(bytes.data(), static_cast<std::size_t>(size));
}

// The text after `name` and white space; empty where there is no such name.
std::string_view After(std::string_view text, std::string_view name) {
  const auto at = text.find(name);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + name.size());
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  return text;
}

bool Search::IsRoots(const std::string& process) const {
  return After(Read(process + "/status"), "\nUid:").starts_with("0\t0\t0\t0\n");
}

Holder Search::Describe(const std::string& process) const {
  Holder holder;
  holder.pid = static_cast<pid_t>(Number(process).value_or(0));
  std::string name = Read(process + "/comm");
  if (!name.empty() && name.back() == '\n') name.pop_back();
  holder.name = Printable(name);
  // "Uid:\treal\teffective\tsaved\tfilesystem"
  const std::string status = Read(process + "/status");
  const std::string_view real = After(status, "\nUid:");
  const std::string_view effective = After(real, "\t");
  holder.user = static_cast<uid_t>(Number(effective).value_or(0));
  return holder;
}

// Whether a descriptor is O_PATH: "flags:\t012100002", octal.
bool Search::IsPath(const std::string& task, const std::string& name) const {
  const std::string info = Read(task + "/fdinfo/" + name);
  return (Number(After(info, "flags:"), 8).value_or(0) & O_PATH) != 0;
}

Result<bool> Search::IsDevice(const Names& links,
                              const std::string& name) const {
  struct statx file {};
  // Not synchronised: FUSE and network filesystems answer from what they have.
  if (::statx(links.fd(), name.c_str(), AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT,
              STATX_TYPE, &file) != 0) {
    const int error = errno;
    std::array<char, 1> target{};
    if (HasGone(error)) return false;
    // The process may be looked into, but the filesystem of what it has open
    // answers as it likes: FUSE lets only its owner in (EACCES), and any user
    // can have it lose a file that he keeps open (EIO). What is there is no
    // device node; an error would keep every device of the machine from being
    // proven closed.
    if (error != ENOMEM && ::readlinkat(links.fd(), name.c_str(), target.data(),
                                        target.size()) >= 0) {
      return false;
    }
    return FailErrno("see what a process has open", error);
  }
  return S_ISCHR(file.stx_mode) &&
         makedev(file.stx_rdev_major, file.stx_rdev_minor) == device_ &&
         (filesystems_.empty() ||
          std::find(filesystems_.begin(), filesystems_.end(),
                    makedev(file.stx_dev_major, file.stx_dev_minor)) !=
              filesystems_.end());
}

Result<bool> Search::HasOpen(const std::string& task) const {
  ACCELD_TRY(auto links, Names::Open(proc_.get(), task + "/fd"));
  if (!links) return false;
  for (;;) {
    ACCELD_TRY(const std::string name, links->Next());
    if (name.empty()) return false;
    ACCELD_TRY(const bool is_device, IsDevice(*links, name));
    if (is_device && !IsPath(task, name)) return true;
  }
}

Result<std::optional<bool>> Search::HasMapped(const std::string& task) const {
  if (look_ == Look::kDescriptors) return false;
  ACCELD_TRY(auto links, Names::Open(proc_.get(), task + "/map_files"));
  std::optional<bool> found;
  while (links) {
    ACCELD_TRY(const std::string name, links->Next());
    if (name.empty()) break;
    ACCELD_TRY(found, IsDevice(*links, name));
    if (*found) break;
  }
  return found;
}

// Whether two tasks have one table of descriptors (kcmp(2)); false where it is
// not known. Saves most of the work: threads nearly always do.
bool Search::SharesFiles(const std::string& process,
                         const std::string& task) const {
  return is_live_ && ::syscall(SYS_kcmp, Number(process).value_or(0),
                               Number(task).value_or(0), KCMP_FILES, 0, 0) == 0;
}

// A thread may have a table of descriptors of its own (unshare(2)), and where
// the first thread has ended, nothing is to be seen of the process but through
// the others.
Result<bool> Search::Holds(const std::string& process) const {
  ACCELD_TRY(const bool open, HasOpen(process));
  if (open) return true;
  ACCELD_TRY(auto mapped, HasMapped(process));
  ACCELD_TRY(auto tasks, Names::Open(proc_.get(), process + "/task"));
  while (tasks && !mapped.value_or(false)) {
    ACCELD_TRY(const std::string task, tasks->Next());
    if (task.empty()) break;
    if (task == process) continue;
    if (!SharesFiles(process, task)) {
      const std::string folder = process + "/task/" + task;
      ACCELD_TRY(const bool task_open, HasOpen(folder));
      if (task_open) return true;
    }
    // /proc/TID exists for every thread, though it is not listed.
    if (!mapped) {
      ACCELD_TRY(mapped, HasMapped(task));
    }
  }
  return mapped.value_or(false);
}

Result<std::vector<Holder>> Search::Run() {
  std::vector<Holder> holders;
  ACCELD_TRY(auto processes, Names::Open(proc_.get(), "."));
  while (processes && holders.size() < kMaxHolders) {
    ACCELD_TRY(const std::string process, processes->Next());
    if (process.empty()) break;
    if (process.find_first_not_of("0123456789") != std::string::npos) continue;
    auto holds = Holds(process);
    if (!holds) {
      if (holds.error().code == ErrorCode::kPermissionDenied &&
          IsRoots(process)) {
        continue;
      }
      return Fail(std::move(holds.error()).In("process " + process));
    }
    if (*holds) holders.push_back(Describe(process));
  }
  std::sort(holders.begin(), holders.end(),
            [](const Holder& a, const Holder& b) { return a.pid < b.pid; });
  return holders;
}

}  // namespace

Result<std::vector<Holder>> FindHolders(dev_t device,
                                        std::span<const dev_t> filesystems,
                                        const std::string& proc, Look look) {
  UniqueFd root(::open(proc.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!root.valid()) return FailErrno("open " + proc, errno);
  return Search(device, filesystems, std::move(root), proc == "/proc", look)
      .Run();
}

}  // namespace acceld::daemon
