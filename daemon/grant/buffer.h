// Link buffers: shared memory on the memory target that placement chose.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/sys_root.h"
#include "base/unique_fd.h"
#include "base/units.h"

namespace acceld::daemon {

// Makes a memfd of `size`, sealed against resizing. With `os_node`, its pages
// are bound to that NUMA node (MPOL_BIND on the shared object), so they land
// there whoever touches them first.
// Errors: kNoMemory (the node has less free memory than `size`; binding more
// would wake the OOM killer on bystanders), kInvalidArgument (empty, or no
// node has that number), kNotFound and kCorruptInput (the node's meminfo), kIo.
// Source: memfd_create(2), mbind(2), fcntl(2) F_ADD_SEALS.
[[nodiscard]] Result<UniqueFd> MakeBuffer(const std::string& name, Bytes size,
                                          std::optional<std::int64_t> os_node,
                                          const SysRoot& root);

}  // namespace acceld::daemon
