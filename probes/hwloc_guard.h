// What must not be put before hwloc. It trusts its files as it may trust the
// kernel's: over a recorded tree it blocks on a FIFO, reads an endless file to
// its end, follows links out of the tree, and ends the process by an assertion
// (2.9: list_sysfsnode) or takes all memory over a node or CPU of an absurd
// number.
//
// Single-threaded.
#pragma once

#include <optional>
#include <string>

#include "base/error.h"

namespace acceld::probes {

struct HwlocHazard {
  std::string where;  // "/sys/devices/system/node/online"
  Error error;        // kCorruptInput; kIo where the tree cannot be looked at
};

// The first hazard in `directory`'s sys/ and proc/; nothing where hwloc may run
// over it. What the kernel itself has mounted there is not looked at.
// Complexity: one look at each name in the tree.
[[nodiscard]] std::optional<HwlocHazard> FindHwlocHazard(
    const std::string& directory);

}  // namespace acceld::probes
