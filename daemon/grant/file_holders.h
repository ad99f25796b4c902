// Who has one particular open file: of a device that many have open at once,
// those that hold what a lease was given.
#pragma once

#include <sys/types.h>

#include <vector>

#include "base/result.h"
#include "daemon/grant/holders.h"

namespace acceld::daemon {

// Of `holders` of `device`, those that hold the open file behind `file`, which
// is open on it: a descriptor of it (however it came there), or, of `user`'s
// processes, a mapping of the device and no descriptor at all, since the kernel
// does not say whose file a mapping keeps. This process is left out. A process
// whose descriptors cannot be compared is kept.
// Errors: kNoMemory.
// Source: kcmp(2) KCMP_FILE (CONFIG_KCMP, selected by CONFIG_DRM).
[[nodiscard]] Result<std::vector<Holder>> KeepHoldersOf(
    int file, dev_t device, uid_t user, std::vector<Holder> holders);

}  // namespace acceld::daemon
