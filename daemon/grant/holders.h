// Who has a device open.
#pragma once

#include <sys/types.h>

#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace acceld::daemon {

// A process that has a device open.
struct Holder {
  pid_t pid = 0;  // 0: the kernel says that it is open, not by whom
  uid_t user = 0;
  std::string name;  // its comm, for people

  friend bool operator==(const Holder&, const Holder&) = default;
};

// What is looked at in each process.
enum class Look {
  kAll,  // descriptors and mappings
  // For those whose proof is another. The list of a process's mappings cannot
  // be read while it maps a file, for which a filesystem of a user's (FUSE) may
  // take its time.
  kDescriptors,
};

// Processes with an open file or a mapping of the character device `device`,
// sorted by pid, at most 64 (who reads that many knows that it is not closed).
// With `filesystems`, only of the nodes on those (st_dev): what was opened by
// another path does not count. An O_PATH descriptor (a ticket, a pin)
// is no open device. This process counts like every other.
//
// Not seen: a descriptor on its way through a socket, one registered with
// io_uring and closed since, and a mapping to which the driver gave another
// file. A process of root's that not even this one may look into (a security
// module's rule, one outside this container) is passed over: it is no client's.
// Processes may come and go meanwhile; asks no filesystem for anything
// that it would have to fetch, so that a dead server cannot block it. Takes
// microseconds for each open file of the machine; not for the loop thread.
//
// `proc` is where procfs is mounted. Errors: kPermissionDenied (reading what
// others have open takes CAP_SYS_PTRACE, and mappings CAP_SYS_ADMIN or
// CAP_CHECKPOINT_RESTORE), kIo, kNoMemory.
// Source: proc_pid_fd(5), proc_pid_fdinfo(5), proc_pid_map_files(5).
[[nodiscard]] Result<std::vector<Holder>> FindHolders(
    dev_t device, std::span<const dev_t> filesystems = {},
    const std::string& proc = "/proc", Look look = Look::kAll);

}  // namespace acceld::daemon
