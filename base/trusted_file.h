// Files that decide what a privileged process does: read only where nobody but
// an administrator can have written them. Decides on open descriptors, never
// on names that could change meanwhile. Thread-safe.
#pragma once

#include <sys/stat.h>
#include <sys/types.h>

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"

namespace acceld {

inline constexpr std::size_t kMaxTrustedFileBytes = std::size_t{1} << 20;

// Root and this process's effective user.
[[nodiscard]] std::vector<uid_t> TrustedOwners();

// Whether only `owners` can have written what has this `status`; `path` is for
// the message. Errors: kPermissionDenied.
[[nodiscard]] Status CheckTrusted(const struct stat& status,
                                  const std::string& path,
                                  const std::vector<uid_t>& owners);

// Reads `name` in the open directory `directory` (AT_FDCWD: where it leads),
// called `path` in messages. Errors: kPermissionDenied (owner, mode, a link,
// unreadable), kInvalidArgument (no regular file, over kMaxTrustedFileBytes),
// kNotFound, kIo.
[[nodiscard]] Result<std::string> ReadTrustedFile(
    int directory, const std::string& name, const std::string& path,
    const std::vector<uid_t>& owners = TrustedOwners());

// The fault of an open() of `path` that failed with `sys_errno`, where links
// are not followed.
[[nodiscard]] Error OpenFault(const std::string& path, int sys_errno);

}  // namespace acceld
