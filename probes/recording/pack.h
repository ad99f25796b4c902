// Pack: a recording as an archive file.
// Single-threaded.
#pragma once

#include <string>

#include "base/result.h"
#include "probes/recording/recording.h"

namespace acceld::recording {

enum class Compression { kNone, kGzip, kXz, kZstd };

// By the end of a name: .tar, .tar.gz or .tgz, .tar.xz, .tar.zst.
// Errors: kInvalidArgument for another.
[[nodiscard]] Result<Compression> CompressionFor(const std::string& name);

// The bytes of an archive (GNU tar: names are bytes) with the manifest's text
// first and then the entries in order, all owned by root and of time 0: the
// same recording gives the same bytes. A file that could not be read has no bit
// of its mode set. Errors: kNoMemory, kIo.
[[nodiscard]] Result<std::string> Pack(const Recording& recording,
                                       const std::string& manifest,
                                       Compression compression);

// Writes `bytes` as the file `name` in one step: either all of it is there,
// with mode 0600, or what was there before. Only with `force` in the place of
// another file.
// Errors: kInvalidArgument (it is there, and no `force`), kIo,
// kPermissionDenied, kNotFound (its directory).
[[nodiscard]] Status WriteWhole(const std::string& name,
                                const std::string& bytes, bool force);

}  // namespace acceld::recording
