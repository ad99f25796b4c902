#include "integrations/cdi/spec_directory.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <utility>

#include "base/trusted_file.h"

namespace acceld::cdi {
namespace {

constexpr mode_t kDirectoryMode = 0755;
constexpr mode_t kFileMode = 0644;
constexpr std::size_t kMaxSpecBytes = std::size_t{1} << 20;
constexpr std::string_view kSuffix = ".json";
// Not ".json" at the end, and hidden: no engine reads it.
constexpr std::string_view kUnfinished = ".new";

std::string UnfinishedName(const std::string& name) {
  return std::string(".").append(name).append(kUnfinished);
}

bool IsSpecName(std::string_view name) {
  return name.size() > kSuffix.size() && name.ends_with(kSuffix) &&
         name.front() != '.' && name.find('/') == std::string_view::npos;
}

Result<UniqueFd> OpenDirectory(const std::string& path) {
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.valid()) return FailErrno(path, errno);
  return fd;
}

Status WriteAll(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return FailErrno("write", errno);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

// The whole file, on the disk, with the mode that engines need whatever the
// umask is.
Status WriteNew(int directory, const std::string& name, std::string_view text) {
  const UniqueFd file(
      ::openat(directory, name.c_str(),
               O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file.valid()) {
    if (errno == EEXIST) {
      return Fail(ErrorCode::kBusy, "somebody else writes it");
    }
    return FailErrno("create", errno);
  }
  ACCELD_TRY_VOID(WriteAll(file.get(), text));
  if (::fchmod(file.get(), kFileMode) != 0) return FailErrno("chmod", errno);
  if (::fsync(file.get()) != 0) return FailErrno("sync", errno);
  return {};
}

}  // namespace

Result<SpecDirectory> SpecDirectory::Make(const std::string& path) {
  const bool made = ::mkdir(path.c_str(), kDirectoryMode) == 0;
  if (!made && errno != EEXIST) return FailErrno(path, errno);
  ACCELD_TRY(UniqueFd fd, OpenDirectory(path));
  // Whatever the umask is.
  if (made && ::fchmod(fd.get(), kDirectoryMode) != 0) {
    return FailErrno(path, errno);
  }
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) return FailErrno(path, errno);
  ACCELD_TRY_VOID(CheckTrusted(status, path, TrustedOwners()));
  return SpecDirectory(path, std::move(fd));
}

Result<SpecDirectory> SpecDirectory::Open(const std::string& path) {
  ACCELD_TRY(UniqueFd fd, OpenDirectory(path));
  return SpecDirectory(path, std::move(fd));
}

std::string SpecDirectory::At(std::string_view name) const {
  return std::string(path_).append("/").append(name);
}

Status SpecDirectory::Write(const std::string& name,
                            std::string_view text) const {
  if (!IsSpecName(name)) {
    return Fail(ErrorCode::kInvalidArgument, name + ": no name of a spec file");
  }
  if (const auto now = Read(name); now && *now == text) return {};
  const std::string unfinished = UnfinishedName(name);
  if (Status written = WriteNew(fd_.get(), unfinished, text); !written) {
    // Another writer's is left alone.
    if (written.error().code != ErrorCode::kBusy) {
      (void)::unlinkat(fd_.get(), unfinished.c_str(), 0);
    }
    return Fail(std::move(written.error()).In(At(name)));
  }
  if (::renameat(fd_.get(), unfinished.c_str(), fd_.get(), name.c_str()) != 0) {
    const int error = errno;
    (void)::unlinkat(fd_.get(), unfinished.c_str(), 0);
    return FailErrno(At(name), error);
  }
  if (::fsync(fd_.get()) != 0) return FailErrno(path_, errno);
  return {};
}

Status SpecDirectory::Remove(const std::string& name) const {
  if (::unlinkat(fd_.get(), name.c_str(), 0) != 0 && errno != ENOENT) {
    return FailErrno(At(name), errno);
  }
  return {};
}

Result<std::string> SpecDirectory::Read(const std::string& name) const {
  const UniqueFd file(::openat(fd_.get(), name.c_str(),
                               O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file.valid()) return FailErrno(At(name), errno);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return FailErrno(At(name), errno);
  if (!S_ISREG(status.st_mode) ||
      static_cast<std::uint64_t>(status.st_size) > kMaxSpecBytes) {
    return Fail(ErrorCode::kInvalidArgument,
                At(name) + ": no regular file of at most 1 MiB");
  }
  std::string text(static_cast<std::size_t>(status.st_size), '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t got =
        ::read(file.get(), text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return FailErrno(At(name), errno);
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  text.resize(size);
  return text;
}

Result<std::vector<std::string>> SpecDirectory::Entries() const {
  // A description of its own: a position in the directory is shared by copies.
  UniqueFd fd(::openat(fd_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.valid()) return FailErrno(path_, errno);
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(fd.get()),
                                                   &::closedir);
  if (stream == nullptr) return FailErrno(path_, errno);
  (void)fd.Release();  // the stream's now
  std::vector<std::string> names;
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(stream.get());  // NOLINT: its own stream
    if (entry == nullptr) break;
    names.emplace_back(entry->d_name);
  }
  if (errno != 0) return FailErrno(path_, errno);
  std::sort(names.begin(), names.end());
  return names;
}

Result<std::vector<std::string>> SpecDirectory::Names(
    std::string_view prefix) const {
  ACCELD_TRY(std::vector<std::string> names, Entries());
  std::erase_if(names, [&](const std::string& name) {
    return !IsSpecName(name) || !name.starts_with(prefix);
  });
  return names;
}

Status SpecDirectory::RemoveLeftovers(std::string_view prefix) const {
  ACCELD_TRY(const std::vector<std::string> names, Entries());
  const std::string hidden = std::string(".").append(prefix);
  for (const std::string& name : names) {
    if (name.starts_with(hidden) && name.ends_with(kUnfinished)) {
      ACCELD_TRY_VOID(Remove(name));
    }
  }
  return {};
}

}  // namespace acceld::cdi
