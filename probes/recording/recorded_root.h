// RecordedRoot: the one way to open what --sysroot names: a directory with
// sys/ and proc/ in it, or an archive of one (`accel-topo gather`,
// hwloc-gather-topology, tar).
//
// Single-threaded; movable.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "base/sys_root.h"
#include "probes/recording/temporary_tree.h"

namespace acceld::recording {

class RecordedRoot {
 public:
  // An archive is unpacked into a temporary directory that lives as long as
  // this. Where its one directory, and not its root, holds sys/, that is the
  // root. Requires: no second thread yet.
  // Errors: as SysRoot::Open for a directory, and as Unpack for a file;
  // kInvalidArgument where it holds no recorded machine.
  [[nodiscard]] static Result<RecordedRoot> Open(const std::string& path);

  // The tree as the probes see it.
  [[nodiscard]] const SysRoot& root() const { return root_; }

 private:
  RecordedRoot(std::optional<TemporaryTree> tree, SysRoot root)
      : tree_(std::move(tree)), root_(std::move(root)) {}

  std::optional<TemporaryTree> tree_;  // of an archive
  SysRoot root_;
};

// Whether `root`, which a person named as `path`, is a recorded machine: it has
// a directory sys. "/" needs none. Errors: kInvalidArgument.
[[nodiscard]] Status CheckHoldsMachine(const SysRoot& root,
                                       const std::string& path);

}  // namespace acceld::recording
