// Files that the tools write for other programs to read. Single-threaded.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace acceld::client {

// Writes all of `text` into a file that was not there before, or with `force`
// in the place of one: whoever opens that sees the old or the whole new
// content. A pipe or a device is written to as it is.
// Errors: kInvalidArgument (it is there, and no `force`), kIo,
// kPermissionDenied, kNotFound (no such folder).
[[nodiscard]] Status WriteFile(const std::string& path, std::string_view text,
                               bool force);

}  // namespace acceld::client
