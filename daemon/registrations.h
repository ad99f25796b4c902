// Registrations: which time that the kernel registered a device it is. A device
// that leaves and comes back alike has the same name, number and ids, but a
// directory of its own in sysfs: its inode number is new at each registration
// (kernfs gives them in turn, with a generation). So it can be told that it was
// away, though the events that said so were lost.
//
// A value; no threading rule.
// Source: Linux fs/kernfs/dir.c: __kernfs_new_node(), kernfs_ino().
#pragma once

#include <sys/types.h>

#include <map>
#include <set>
#include <string>
#include <utility>

#include "base/sys_root.h"
#include "graph/topology.h"

namespace acceld::daemon {

class Registrations {
 public:
  Registrations() = default;
  // Of the devices of `topology` that can be leased and of the functions that
  // they are part of, as they are now; a few microseconds each. Left out is
  // what has no directory in sysfs, and KFD's: the driver makes them anew
  // whenever any GPU comes or goes; their functions tell.
  [[nodiscard]] static Registrations Of(const SysRoot& root,
                                        const graph::Topology& topology);

  // Kernel names of the devices ("renderD128", "0000:3a:00.0") that are in both
  // and were registered anew.
  [[nodiscard]] std::set<std::string, std::less<>> NewSince(
      const Registrations& before) const;

 private:
  // File system and inode of the directory, by kernel name.
  std::map<std::string, std::pair<dev_t, ino_t>> directories_;
};

}  // namespace acceld::daemon
