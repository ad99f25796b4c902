// One instance of the plugin serves a node at a time: a lock on a file, which
// the kernel gives up with the process. In a rolling update the new instance
// waits here until the old one has ended.
#pragma once

#include <string>

#include "base/result.h"
#include "base/unique_fd.h"

namespace acceld::dra {

// Makes `path` where it is not there (mode 0600). Errors: kBusy (another
// process has it), kPermissionDenied, kNotFound (the directory), kIo.
[[nodiscard]] Result<UniqueFd> TryLock(const std::string& path);

}  // namespace acceld::dra
