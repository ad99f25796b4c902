// Recording: a machine's files as values, what `accel-topo gather` writes and
// what a recorded tree is made of.
// Value types; no threading rule.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/sys_root.h"

namespace acceld::recording {

// The most of one recording, written or read. The largest machine known (2,000
// CPUs, 600 functions with 4 KiB of configuration space) takes a tenth.
inline constexpr std::size_t kMostEntries = 2'000'000;
inline constexpr std::size_t kMostBytes = std::size_t{512} << 20;
inline constexpr std::size_t kMostBytesOfAFile = std::size_t{8} << 20;

// Name of the manifest, at the root of the tree (probes/recording/manifest.h).
inline constexpr const char* kManifestName = "acceld-recording.json";

struct Entry {
  FileKind kind = FileKind::kDirectory;  // never kOther
  std::string text;                      // a file's bytes, a link's text
  bool readable = true;  // a file's: false where it is there, but not its bytes
};

// By path, relative to the root. The directory above each entry is an entry.
using Entries = std::map<std::string, Entry>;

// A file that is there and could not be read, or not recorded.
struct Unread {
  std::string path;
  ErrorCode code = ErrorCode::kIo;
  std::string why;  // for people
};

struct Recording {
  Entries entries;
  std::vector<Unread> unread;  // by path
};

}  // namespace acceld::recording
