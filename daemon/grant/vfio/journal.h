// Journal: what acceld took from drivers, on disk before it is taken, so that a
// daemon that died in the middle can give it back when it starts again. One
// small file for each IOMMU group, written whole and renamed into place.
// Thread-safe for different groups.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "daemon/grant/vfio/group.h"

namespace acceld::daemon::vfio {

// What is to be undone: the functions, in the order in which they were taken.
struct Undo {
  int group = 0;
  std::vector<TakenFunction> functions;
  friend bool operator==(const Undo&, const Undo&) = default;
};

// The text of a journal's file, of any bytes. Errors: kCorruptInput.
[[nodiscard]] Result<Undo> ParseUndo(int group, std::string_view text);

class Journal {
 public:
  // `directory` is made where it is not there (its parents too), for root
  // alone; it must belong to root or to this process's user and be writable by
  // nobody else. Locked as long as the journal lives: what one daemon has taken
  // another must not give back. Errors: kBusy (another daemon's),
  // kPermissionDenied, kIo.
  [[nodiscard]] static Result<Journal> Open(const std::string& directory);

  // On disk when it returns. Replaces what was there of the group.
  // Errors: kIo, kNoMemory.
  [[nodiscard]] Status Write(const Undo& undo) const;
  // Nothing where nothing was taken of the group. Errors: kIo,
  // kPermissionDenied, kCorruptInput.
  [[nodiscard]] Result<Undo> Read(int group) const;
  // Of a group that has no file too. Errors: kIo.
  [[nodiscard]] Status Remove(int group) const;
  // The groups that have a file, in order; at most kMostGroups.
  // Errors: kIo.
  static constexpr std::size_t kMostGroups = 1024;
  [[nodiscard]] Result<std::vector<int>> Groups() const;

 private:
  Journal(std::string directory, UniqueFd fd)
      : directory_(std::move(directory)), fd_(std::move(fd)) {}

  std::string directory_;
  UniqueFd fd_;
};

}  // namespace acceld::daemon::vfio
