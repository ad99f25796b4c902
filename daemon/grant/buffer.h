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

// The same of huge pages of the machine's default size, `size` rounded up to
// whole ones, all taken from the pool at once: a huge page that is missing
// later would kill whoever touches it. Zeroing them takes some 0.2 s a GiB: not
// for the loop thread. Errors: as MakeBuffer; kNoMemory where the pool (of the
// node) has too few, kUnsupported where the kernel has none. Source:
// memfd_create(2) MFD_HUGETLB, madvise(2) MADV_POPULATE_WRITE,
// Documentation/admin-guide/mm/hugetlbpage.rst.
[[nodiscard]] Result<UniqueFd> MakeHugeBuffer(
    const std::string& name, Bytes size, std::optional<std::int64_t> os_node,
    const SysRoot& root);

}  // namespace acceld::daemon
