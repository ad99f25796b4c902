// Waiting for the spec of a lease, which another program writes. One thread.
#pragma once

#include <chrono>
#include <string>

#include "base/result.h"

namespace acceld::ctl {

// Returns once `directory` holds the file `name`. Errors: kUnavailable (there
// is no such directory, or nothing was written within `patience`: nobody writes
// specs), kNoMemory, kIo. Source: inotify(7).
[[nodiscard]] Status WaitForSpec(const std::string& directory,
                                 const std::string& name,
                                 std::chrono::milliseconds patience);

}  // namespace acceld::ctl
