// Reads the policy files of a directory, believing only files that nobody but
// an administrator can have written. Decides on open descriptors, never on
// names that could change meanwhile. Thread-safe.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/result.h"
#include "base/trusted_file.h"
#include "policy/source.h"

namespace acceld::policy {

// The files `directory`/*.json in byte order of their names; hidden files and
// what does not end in ".json" (editors' backups) are not read. None where the
// directory does not exist. The directory and each file must belong to root
// or to the caller's effective user (to one of `owners`, where a test says so)
// and be writable by nobody else; links are
// refused, and so is a file of more than 1 MiB.
// Errors: kPermissionDenied (owner, mode, a link, unreadable),
// kInvalidArgument (no regular file, too large, too many), kIo.
[[nodiscard]] Result<std::vector<PolicySource>> ReadPolicyDirectory(
    const std::string& directory,
    const std::vector<uid_t>& owners = TrustedOwners());

}  // namespace acceld::policy
