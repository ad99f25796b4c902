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
// `has_own_mounts`: the process has a mount namespace of its own, which a
// pipeline that wants paths needs. Errors: those of connecting and of Acquire,
// kInvalidArgument (no JSON), kUnsupported (paths, and no mount namespace).
[[nodiscard]] Result<Variables> LeaseForTask(const std::string& pipeline,
                                             const std::string& bus,
                                             bool has_own_mounts);

// The lowest number from client::kFirstHandedFd on with which `count`
// descriptors in a row are not open.
[[nodiscard]] int FirstFreeNumber(int count);

}  // namespace acceld::slurm
