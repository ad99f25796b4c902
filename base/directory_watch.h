// DirectoryWatch: notices that a directory or a file of it changed, also where
// the directory does not exist yet or is replaced by another: what leads to it
// is watched too. By inotify; what happens beside the way to the directory
// wakes nobody. For a loop of the caller's own: no thread, no timer; QuietTime
// says when what changed is worth a look. One thread.
// Source: inotify(7).
#pragma once

#include <sys/inotify.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "base/unique_fd.h"

namespace acceld {

class DirectoryWatch {
 public:
  // Whether a file of this name is one of those that matter.
  using NameTest = bool (*)(std::string_view name);

  // `directory` is absolute or relative to the working directory. What of the
  // way to it may not be watched is logged. Errors: kIo, kNoMemory (no inotify
  // instance left).
  [[nodiscard]] static Result<DirectoryWatch> Open(const std::string& directory,
                                                   NameTest matters);

  // Readable when something happened.
  [[nodiscard]] int fd() const { return inotify_.get(); }
  // Reads all that happened since the last call; whether something changed.
  // Does not block.
  [[nodiscard]] bool Next();

 private:
  DirectoryWatch(std::string directory, NameTest matters, UniqueFd inotify);
  // Watches the directory and all that leads to it, as they are now.
  void Arm();
  // `next_name`: as in next_names_. False where there is no such directory.
  bool Watch(const std::filesystem::path& path, std::uint32_t events,
             const std::string& next_name);
  bool IsChange(const inotify_event& event, std::string_view name);

  std::string directory_;
  NameTest matters_;
  UniqueFd inotify_;
  // By watch descriptor: the name in that directory which leads on to the one
  // that matters; empty for that one itself.
  std::map<int, std::string> next_names_;
  bool is_stale_ = false;  // what is watched is no longer what leads there
};

// When files that change are to be read: an editor or a package manager writes
// several. A value.
class QuietTime {
 public:
  // When nothing was written for so long, ...
  static constexpr std::chrono::milliseconds kQuiet{200};
  // ... but no later than this after the first change.
  static constexpr std::chrono::seconds kPatience{2};

  void OnChange(SteadyTime now);
  // Nothing where no change waits.
  [[nodiscard]] std::optional<SteadyTime> due() const { return due_; }
  // They are read now.
  void Clear();

 private:
  std::optional<SteadyTime> first_;  // change that was not read
  std::optional<SteadyTime> due_;
};

}  // namespace acceld
