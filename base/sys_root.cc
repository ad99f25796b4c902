#include "base/sys_root.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <climits>
#include <memory>

#include "base/utf8.h"

namespace acceld {
namespace {

std::string Named(std::string_view path) {
  return std::string("/").append(path);
}

constexpr int kOpenAttempts = 100;

// A descriptor, or -1 and errno.
long OpenAt2(const UniqueFd& from, const char* path, std::uint64_t flags,
             std::uint64_t resolve) {
  open_how how{};
  how.flags = flags | O_CLOEXEC;
  how.resolve = resolve;
  return ::syscall(SYS_openat2, from.get(), path, &how, sizeof how);
}

void TrimRight(std::string& text) {
  const auto last = text.find_last_not_of(" \t\n\r");
  text.erase(last == std::string::npos ? 0 : last + 1);
}

// Pseudo-files do not block; a FIFO planted in a recorded tree would.
constexpr std::uint64_t kFileFlags = O_RDONLY | O_NONBLOCK | O_NOCTTY;

// The size that a file which can be read as it is says it has.
Result<off_t> ReadableSize(std::string_view path, const UniqueFd& fd) {
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) return FailErrno(Named(path), errno);
  if (S_ISDIR(status.st_mode)) return FailErrno(Named(path), EISDIR);
  if (!S_ISREG(status.st_mode)) {
    return Fail(ErrorCode::kCorruptInput, Named(path) + ": not a regular file");
  }
  // The kernel answers root's read of such a file with EIO, and a disk with
  // whatever it holds: nothing, where a recording could not read.
  if ((status.st_mode & (S_IRUSR | S_IRGRP | S_IROTH)) == 0) {
    return FailErrno(Named(path), EACCES);
  }
  return status.st_size;
}

// Whether a read that filled less than its buffer was the last, which saves one
// more for most files: a file on a disk has its size, and a text attribute of
// sysfs, whose size is said to be a page, is one record. A file of procfs is
// several, any of which may end a read, and says size 0: it is read to its end.
bool EndsAtShortRead(off_t size, std::size_t read) {
  static const long page = ::sysconf(_SC_PAGESIZE);
  return size > 0 && (size == page || static_cast<std::size_t>(size) == read);
}

}  // namespace

Result<SysRoot> SysRoot::Open(const std::string& directory) {
  std::array<char, PATH_MAX> absolute{};
  if (::realpath(directory.c_str(), absolute.data()) == nullptr) {
    return FailErrno(directory, errno);
  }
  UniqueFd fd(::open(absolute.data(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!fd.valid()) return FailErrno(directory, errno);
  return SysRoot(absolute.data(), std::move(fd));
}

SysRoot SysRoot::Near(std::string_view directory) const {
  SysRoot root(directory_, fd_);
  root.observer_ = observer_;
  auto opened = OpenAt(directory, O_PATH | O_DIRECTORY);
  if (opened) {
    root.near_.assign(directory).push_back('/');
    root.near_fd_ = *std::move(opened);
  }
  return root;
}

Result<UniqueFd> SysRoot::OpenAt(std::string_view path,
                                 std::uint64_t flags) const {
  const std::string name(path);
  if (name.find('\0') != std::string::npos) {
    return Fail(ErrorCode::kInvalidArgument, "a path contains a NUL byte");
  }
  if (near_fd_.valid() && name.size() > near_.size() &&
      name.starts_with(near_)) {
    const long fd = OpenAt2(near_fd_, name.c_str() + near_.size(), flags,
                            RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);
    if (fd >= 0) return UniqueFd(static_cast<int>(fd));
    // Where a link or ".." leads can only be said from the root.
    const bool leads_on = errno == ELOOP || errno == EXDEV;
    const bool again = errno == EINTR || errno == EAGAIN;
    if (!leads_on && !again) return FailErrno(Named(path), errno);
  }
  return OpenFromRoot(name, flags);
}

Result<UniqueFd> SysRoot::OpenFromRoot(const std::string& path,
                                       std::uint64_t flags) const {
  for (int attempt = 0;; ++attempt) {
    const long fd = OpenAt2(*fd_, path.c_str(), flags,
                            RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
    if (fd >= 0) return UniqueFd(static_cast<int>(fd));
    // EAGAIN: something on the machine, anything, was renamed while ".." was
    // followed (openat2(2)); the kernel wants to be asked again.
    const bool again = errno == EINTR || errno == EAGAIN;
    if (!again || attempt == kOpenAttempts) {
      return FailErrno(Named(path), errno);
    }
  }
}

Result<UniqueFd> SysRoot::OpenReadable(std::string_view path) const {
  ACCELD_TRY(UniqueFd fd, OpenAt(path, kFileFlags));
  ACCELD_TRY([[maybe_unused]] const off_t size, ReadableSize(path, fd));
  return fd;
}

Result<std::string> SysRoot::ReadBytes(std::string_view path,
                                       std::size_t limit) const {
  ACCELD_TRY(const UniqueFd fd, OpenAt(path, kFileFlags));
  ACCELD_TRY(const off_t size, ReadableSize(path, fd));
  std::string bytes;
  std::array<char, 4096> chunk{};
  while (true) {
    const ssize_t got = ::read(fd.get(), chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return FailErrno(Named(path), errno);
    if (got == 0) return bytes;
    bytes.append(chunk.data(), static_cast<std::size_t>(got));
    if (bytes.size() > limit) return bytes;
    const bool short_read = static_cast<std::size_t>(got) < chunk.size();
    if (short_read && EndsAtShortRead(size, bytes.size())) return bytes;
  }
}

Result<std::string> SysRoot::ReadFile(std::string_view path,
                                      std::size_t limit) const {
  auto bytes = ReadBytes(path, limit);
  if (observer_ != nullptr) {
    bytes ? observer_->OnFile(path, *bytes)
          : observer_->OnError(path, bytes.error());
  }
  if (bytes && bytes->size() > limit) {
    return Fail(ErrorCode::kCorruptInput, Named(path) + ": longer than " +
                                              std::to_string(limit) + " bytes");
  }
  return bytes;
}

Result<SysFile> SysRoot::OpenFile(std::string_view path) const {
  auto fd = OpenReadable(path);
  if (!fd) {
    if (observer_ != nullptr) observer_->OnError(path, fd.error());
    return Fail(fd.error());
  }
  return SysFile(path, *std::move(fd), observer_);
}

Result<std::string> SysFile::ReadPart(std::size_t offset,
                                      std::size_t size) const {
  std::string bytes(size, '\0');
  std::size_t filled = 0;
  while (filled < size) {
    const ssize_t got = ::pread(fd_.get(), bytes.data() + filled, size - filled,
                                static_cast<off_t>(offset + filled));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return FailErrno(Named(path_), errno);
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  bytes.resize(filled);
  return bytes;
}

Result<std::string> SysFile::ReadRange(std::size_t offset,
                                       std::size_t size) const {
  auto bytes = ReadPart(offset, size);
  if (observer_ != nullptr) {
    bytes ? observer_->OnRange(path_, offset, *bytes)
          : observer_->OnError(path_, bytes.error());
  }
  return bytes;
}

Result<std::string> SysRoot::ReadAttribute(std::string_view path) const {
  ACCELD_TRY(std::string text, ReadFile(path, kAttributeLimit));
  if (text.find('\0') != std::string::npos || !IsUtf8(text)) {
    return Fail(ErrorCode::kCorruptInput, Named(path) + ": not text");
  }
  TrimRight(text);
  return text;
}

Result<std::int64_t> SysRoot::ReadInteger(std::string_view path) const {
  ACCELD_TRY(const std::string text, ReadAttribute(path));
  auto number = ParseInteger(text);
  if (!number) return Fail(std::move(number.error()).In(Named(path)));
  return *number;
}

Result<std::vector<std::string>> SysRoot::ReadNames(
    std::string_view path) const {
  ACCELD_TRY(const UniqueFd fd, OpenAt(path, O_RDONLY | O_DIRECTORY));
  std::vector<std::string> names;
  // Not readdir(): for each directory it takes 32 KiB from the heap and asks
  // the kernel three questions more.
  alignas(dirent64) std::array<char, 8192> entries;
  for (;;) {
    const ssize_t size = ::getdents64(fd.get(), entries.data(), entries.size());
    if (size < 0) return FailErrno(Named(path), errno);
    if (size == 0) break;
    for (ssize_t at = 0; at < size;) {
      const auto* entry =
          reinterpret_cast<const dirent64*>(entries.data() + at);
      at += entry->d_reclen;
      const std::string_view name(entry->d_name);
      if (name == "." || name == "..") continue;
      if (names.size() == kDirectoryLimit) {
        return Fail(ErrorCode::kCorruptInput,
                    Named(path) + ": too many entries");
      }
      names.emplace_back(name);
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

Result<std::vector<std::string>> SysRoot::List(std::string_view path) const {
  auto names = ReadNames(path);
  if (observer_ != nullptr) {
    names ? observer_->OnNames(path, *names)
          : observer_->OnError(path, names.error());
  }
  return names;
}

bool SysRoot::Exists(std::string_view path) const {
  const auto opened = OpenAt(path, O_PATH);
  if (observer_ != nullptr) {
    opened ? observer_->OnExists(path)
           : observer_->OnError(path, opened.error());
  }
  return opened.has_value();
}

Result<FileKind> SysRoot::KindOf(std::string_view path) const {
  ACCELD_TRY(const UniqueFd fd, OpenAt(path, O_PATH | O_NOFOLLOW));
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) return FailErrno(Named(path), errno);
  if (S_ISDIR(status.st_mode)) return FileKind::kDirectory;
  if (S_ISREG(status.st_mode)) return FileKind::kFile;
  return S_ISLNK(status.st_mode) ? FileKind::kLink : FileKind::kOther;
}

Result<std::string> SysRoot::ReadLinkText(std::string_view path) const {
  ACCELD_TRY(const UniqueFd fd, OpenAt(path, O_PATH | O_NOFOLLOW));
  std::array<char, PATH_MAX> target{};
  const ssize_t size = ::readlinkat(fd.get(), "", target.data(), target.size());
  if (size < 0) return FailErrno(Named(path), errno);
  return std::string(target.data(), static_cast<std::size_t>(size));
}

Result<std::string> SysRoot::ReadLink(std::string_view path) const {
  auto text = ReadLinkText(path);
  if (observer_ != nullptr) {
    if (text) observer_->OnLink(path);
    // The kernel says "no such file" of what is no link, too.
    else if (text.error().code != ErrorCode::kNotFound) {
      observer_->OnError(path, text.error());
    }
  }
  return text;
}

Result<std::string> SysRoot::Resolve(std::string_view path) const {
  ACCELD_TRY(const UniqueFd fd, OpenAt(path, O_PATH));
  const std::string self = "/proc/self/fd/" + std::to_string(fd.get());
  std::array<char, PATH_MAX> target{};
  const ssize_t size = ::readlink(self.c_str(), target.data(), target.size());
  if (size < 0) return FailErrno(Named(path), errno);
  std::string_view text(target.data(), static_cast<std::size_t>(size));
  if (text == directory_) return std::string();  // the root itself
  const std::string prefix = is_live() ? "/" : directory_ + "/";
  if (!text.starts_with(prefix)) {
    return Fail(ErrorCode::kCorruptInput, Named(path) + ": leaves the root");
  }
  return std::string(text.substr(prefix.size()));
}

Result<std::string> SysRoot::Canonical(std::string_view path) const {
  auto real = Resolve(path);
  if (observer_ != nullptr) {
    real ? observer_->OnExists(path) : observer_->OnError(path, real.error());
  }
  return real;
}

Result<std::int64_t> ParseInteger(std::string_view text) {
  const bool hexadecimal = text.starts_with("0x");
  const std::string_view digits = hexadecimal ? text.substr(2) : text;
  std::int64_t number = 0;
  const char* end = digits.data() + digits.size();
  const auto parsed =
      std::from_chars(digits.data(), end, number, hexadecimal ? 16 : 10);
  const bool signed_hexadecimal = hexadecimal && digits.starts_with('-');
  if (parsed.ec != std::errc() || parsed.ptr != end || signed_hexadecimal) {
    return Fail(ErrorCode::kCorruptInput,
                "'" + Printable(text, 40) + "' is not a number");
  }
  return number;
}

}  // namespace acceld
