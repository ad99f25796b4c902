#include "policy/directory.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <string_view>
#include <utility>

#include "base/unique_fd.h"
#include "base/utf8.h"

namespace acceld::policy {
namespace {

constexpr std::size_t kMaxFiles = 256;
constexpr std::size_t kMaxFileBytes = std::size_t{1} << 20;

struct DirectoryCloser {
  void operator()(DIR* directory) const { (void)::closedir(directory); }
};

tl::unexpected<Error> OpenFault(const std::string& path, int code) {
  if (code == ELOOP) {
    return Fail(ErrorCode::kPermissionDenied,
                path + ": a symbolic link is not followed");
  }
  if (code == ENOTDIR) {
    return Fail(ErrorCode::kInvalidArgument, path + ": not a directory");
  }
  return FailErrno(path, code);
}

// Whether only `owners` can have written it. The group bits of the mode also
// bound what an access control list grants (acl(5)).
Status CheckTrusted(const struct stat& status, const std::string& path,
                    const std::vector<uid_t>& owners) {
  if (std::find(owners.begin(), owners.end(), status.st_uid) == owners.end()) {
    return Fail(ErrorCode::kPermissionDenied,
                path + ": belongs to user " + std::to_string(status.st_uid) +
                    ", must belong to root");
  }
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return Fail(ErrorCode::kPermissionDenied,
                path + ": writable by group or others");
  }
  return {};
}

bool IsPolicyName(std::string_view name) {
  return name.ends_with(".json") && !name.starts_with('.');
}

Result<std::vector<std::string>> ListNames(const UniqueFd& directory,
                                           const std::string& path) {
  ACCELD_TRY(UniqueFd copy, directory.Duplicate());
  const std::unique_ptr<DIR, DirectoryCloser> stream(::fdopendir(copy.get()));
  if (stream == nullptr) return FailErrno(path, errno);
  (void)copy.Release();  // closed with the stream
  std::vector<std::string> names;
  errno = 0;
  // readdir is safe here: nobody else uses this stream.
  while (const dirent* entry = ::readdir(stream.get())) {  // NOLINT
    if (!IsPolicyName(entry->d_name)) continue;
    if (names.size() == kMaxFiles) {
      return Fail(ErrorCode::kInvalidArgument,
                  path + ": more than " + std::to_string(kMaxFiles) + " files");
    }
    names.emplace_back(entry->d_name);
  }
  if (errno != 0) return FailErrno(path, errno);
  std::sort(names.begin(), names.end());
  return names;
}

Result<std::string> ReadAll(const UniqueFd& fd, const std::string& path) {
  std::string text;
  std::array<char, 16384> chunk{};
  while (true) {
    const ssize_t got = ::read(fd.get(), chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return FailErrno(path, errno);
    if (got == 0) return text;
    text.append(chunk.data(), static_cast<std::size_t>(got));
    if (text.size() > kMaxFileBytes) {
      return Fail(
          ErrorCode::kInvalidArgument,
          path + ": larger than " + std::to_string(kMaxFileBytes) + " bytes");
    }
  }
}

Result<std::string> ReadTrusted(const UniqueFd& directory,
                                const std::string& name,
                                const std::string& path,
                                const std::vector<uid_t>& owners) {
  // Without O_NONBLOCK a FIFO in the directory would stop the daemon.
  const UniqueFd fd(
      ::openat(directory.get(), name.c_str(),
               O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
  if (!fd.valid()) return OpenFault(path, errno);
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) return FailErrno(path, errno);
  if (!S_ISREG(status.st_mode)) {
    return Fail(ErrorCode::kInvalidArgument, path + ": not a regular file");
  }
  ACCELD_TRY_VOID(CheckTrusted(status, path, owners));
  return ReadAll(fd, path);
}

}  // namespace

std::vector<uid_t> TrustedOwners() { return {0, ::geteuid()}; }

Result<std::vector<PolicySource>> ReadPolicyDirectory(
    const std::string& directory, const std::vector<uid_t>& owners) {
  std::vector<PolicySource> sources;
  const UniqueFd fd(::open(directory.c_str(),
                           O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  if (!fd.valid()) {
    const int code = errno;
    if (code == ENOENT) return sources;
    struct stat status {};
    const bool link = ::lstat(directory.c_str(), &status) == 0 &&
                      S_ISLNK(status.st_mode);  // for the message only
    return OpenFault(directory, link ? ELOOP : code);
  }
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) return FailErrno(directory, errno);
  ACCELD_TRY_VOID(CheckTrusted(status, directory, owners));
  ACCELD_TRY(const std::vector<std::string> names, ListNames(fd, directory));
  for (const std::string& name : names) {
    const std::string path = directory + "/" + Printable(name);
    ACCELD_TRY(std::string text, ReadTrusted(fd, name, path, owners));
    sources.push_back({name, std::move(text)});
  }
  return sources;
}

}  // namespace acceld::policy
