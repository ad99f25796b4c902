// Unpack: an archive of a recorded machine as a directory tree. The archive may
// come from anywhere: nothing is written outside of the directory, no more than
// a recording may hold, and nothing but files, directories and links that stay
// inside.
//
// The archive is decoded by libarchive (tar, plain or in zstd, xz, gzip or
// bzip2). What decompressing takes of memory is bounded: xz by
// XzStream::kMostMemory, zstd by libzstd's own default, a window of 128 MiB
// (ZSTD_WINDOWLOG_LIMIT_DEFAULT); gzip and bzip2 take no more than 8 MiB.
// libarchive's own writer of files is not used: its guards work on names, from
// the process's current directory. Here each name is opened below the
// directory by the kernel, which follows no link on the way (openat2).
//
// Single-threaded.
#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"
#include "base/unique_fd.h"
#include "probes/recording/recording.h"

namespace acceld::recording {

// What an archive may hold at most, unpacked.
struct UnpackLimits {
  std::size_t entries = kMostEntries;
  std::size_t bytes = kMostBytes;
  std::size_t bytes_of_a_file = kMostBytesOfAFile;
};

// Unpacks `archive` into `directory`, which is empty. A file that nobody could
// read where it was recorded (no bit of its mode says so) stays that way.
// Errors: kNotFound, kPermissionDenied, kIo (`archive` or the disk);
// kCorruptInput: no such archive, an absolute name or one with "..", a hard
// link, a device, a link that leads out, a name twice, anything over the
// limits. What was unpacked until then is left.
[[nodiscard]] Status Unpack(const std::string& archive,
                            const UniqueFd& directory,
                            const UnpackLimits& limits = {});

}  // namespace acceld::recording
