// The lease of one task: taken in the process that becomes the task, as its
// user, and held by the session socket that the task inherits. Nothing is left
// to release: the lease ends when the task and all that it started are gone.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace acceld::slurm {

using Variables = std::vector<std::pair<std::string, std::string>>;

// Acquires `pipeline` (JSON) from the acceld on `bus` and leaves the session
// socket and the grants open over exec; returns the variables that say where
// (client/lease_environment.h). No descriptor that is open is replaced:
// slurmstepd uses its own (a log, say) until the exec, which closes them.
// A pipeline that wants paths gets a mount namespace.
// Requires: the process has one thread. Errors: those of connecting, of
// Acquire, of client::EnterMountNamespace, and kInvalidArgument (no JSON).
[[nodiscard]] Result<Variables> LeaseForTask(const std::string& pipeline,
                                             const std::string& bus);

// The lowest number from client::kFirstHandedFd on with which `count`
// descriptors in a row are not open.
[[nodiscard]] int FirstFreeNumber(int count);

}  // namespace acceld::slurm
