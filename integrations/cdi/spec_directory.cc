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
#include "integrations/cdi/draft_file.h"

namespace acceld::cdi {
namespace {

constexpr mode_t kDirectoryMode = 0755;
constexpr mode_t kFileMode = 0644;
constexpr std::size_t kMaxSpecBytes = std::size_t{1} << 20;
// Of accounts of services (SYS_UID_MAX of login.defs(5)).
constexpr uid_t kLastSystemUser = 999;
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
Status Fill(const UniqueFd& file, std::string_view text) {
  ACCELD_TRY_VOID(WriteAll(file.get(), text));
  if (::fchmod(file.get(), kFileMode) != 0) return FailErrno("chmod", errno);
  if (::fsync(file.get()) != 0) return FailErrno("sync", errno);
  return {};
}

// The administrator may give the directory to a service's account, such as that
// of acceld-cdi.service; who has it has what engines give out in any case, so
// that root loses nothing by writing there too.
std::vector<uid_t> OwnersFor(uid_t owner) {
  std::vector<uid_t> owners = TrustedOwners();
  if (::geteuid() == 0 && owner <= kLastSystemUser) owners.push_back(owner);
  return owners;
}

struct Content {
  std::string text;
  struct stat status {};
};

Result<Content> ReadContent(int directory, const std::string& name) {
  const UniqueFd file(::openat(directory, name.c_str(),
                               O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file.valid()) return FailErrno("open", errno);
  Content content;
  if (::fstat(file.get(), &content.status) != 0) {
    return FailErrno("stat", errno);
  }
  const auto size = static_cast<std::uint64_t>(content.status.st_size);
  if (!S_ISREG(content.status.st_mode) || size > kMaxSpecBytes) {
    return Fail(ErrorCode::kInvalidArgument,
                "no regular file of at most 1 MiB");
  }
  std::string& text = content.text;
  text.resize(size);
  std::size_t filled = 0;
  while (filled < text.size()) {
    const ssize_t got =
        ::read(file.get(), text.data() + filled, text.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return FailErrno("read", errno);
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  text.resize(filled);
  return content;
}

// Whether Write() would leave the file as it is: what others can change is
// written anew, and what engines cannot read.
bool IsWritten(const Result<Content>& now, std::string_view text) {
  return now && now->text == text &&
         (now->status.st_mode & 07777) == kFileMode &&
         CheckTrusted(now->status, "", TrustedOwners()).has_value();
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
  ACCELD_TRY_VOID(CheckTrusted(status, path, OwnersFor(status.st_uid)));
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
  if (IsWritten(ReadContent(fd_.get(), name), text)) return {};
  const std::string unfinished = UnfinishedName(name);
  auto draft = CreateDraft(fd_.get(), unfinished);
  if (!draft) return Fail(std::move(draft.error()).In(At(name)));
  if (Status filled = Fill(*draft, text); !filled) {
    (void)::unlinkat(fd_.get(), unfinished.c_str(), 0);
    return Fail(std::move(filled.error()).In(At(name)));
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
  auto content = ReadContent(fd_.get(), name);
  if (!content) return Fail(std::move(content.error()).In(At(name)));
  return std::move(content->text);
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
    if (!name.starts_with(hidden) || !name.ends_with(kUnfinished)) continue;
    Status removed = RemoveAbandonedDraft(fd_.get(), name);
    if (!removed) return Fail(std::move(removed.error()).In(At(name)));
  }
  return {};
}

}  // namespace acceld::cdi
