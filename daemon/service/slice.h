// The slice of a process: its cgroup, by which a policy can name it
// ("/ml.slice/train.service").
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "base/sys_root.h"

namespace acceld::daemon {

// The path of cgroup v2 in the text of /proc/PID/cgroup; empty where there is
// none, or none that can be compared from the root: outside of the daemon's own
// cgroup namespace, or of a cgroup that was removed.
// Source: Documentation/admin-guide/cgroup-v2.rst, "Processes".
[[nodiscard]] std::string ParseSlice(std::string_view cgroups);

// That of a process of `user`. Empty where it cannot be known: the process is
// gone, its number is another user's by now, or /proc is not to be read. A
// process that moved itself is where it moved itself to, which is as far as the
// owner of the cgroups let it.
[[nodiscard]] std::string SliceOf(pid_t pid, uid_t user, const SysRoot& root);

}  // namespace acceld::daemon
