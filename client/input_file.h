// Files that the tools are given, "-" among them. Single-threaded.
#pragma once

#include <string>

#include "base/result.h"
#include "base/units.h"

namespace acceld::client {

// All of a file, or of standard input where `path` is "-". The message of an
// error begins with which. Errors: kInvalidArgument (more than `most`, or a
// directory), kNotFound, kPermissionDenied, kIo.
[[nodiscard]] Result<std::string> ReadInput(const std::string& path,
                                            Bytes most);

}  // namespace acceld::client
