#include "base/trusted_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/unique_fd.h"

namespace acceld {
namespace {

Result<std::string> ReadAll(const UniqueFd& fd, const std::string& path) {
  std::string text;
  std::array<char, 16384> chunk{};
  while (true) {
    const ssize_t got = ::read(fd.get(), chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return FailErrno(path, errno);
    if (got == 0) return text;
    text.append(chunk.data(), static_cast<std::size_t>(got));
    if (text.size() > kMaxTrustedFileBytes) {
      return Fail(ErrorCode::kInvalidArgument,
                  path + ": larger than " +
                      std::to_string(kMaxTrustedFileBytes) + " bytes");
    }
  }
}

}  // namespace

std::vector<uid_t> TrustedOwners() { return {0, ::geteuid()}; }

Error OpenFault(const std::string& path, int sys_errno) {
  if (sys_errno == ELOOP) {
    return Error{ErrorCode::kPermissionDenied,
                 path + ": a symbolic link is not followed", 0};
  }
  if (sys_errno == ENOTDIR) {
    return Error{ErrorCode::kInvalidArgument, path + ": not a directory", 0};
  }
  return ErrnoError(path, sys_errno);
}

// The group bits of the mode also bound what an access control list grants
// (acl(5)).
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

Result<std::string> ReadTrustedFile(int directory, const std::string& name,
                                    const std::string& path,
                                    const std::vector<uid_t>& owners) {
  // Without O_NONBLOCK a FIFO of that name would stop the process.
  const UniqueFd fd(
      ::openat(directory, name.c_str(),
               O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
  if (!fd.valid()) return Fail(OpenFault(path, errno));
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) return FailErrno(path, errno);
  if (!S_ISREG(status.st_mode)) {
    return Fail(ErrorCode::kInvalidArgument, path + ": not a regular file");
  }
  ACCELD_TRY_VOID(CheckTrusted(status, path, owners));
  return ReadAll(fd, path);
}

}  // namespace acceld
