// What the process that is to become a task needs before it takes a lease.
#pragma once

#include <string_view>

#include "base/result.h"

namespace acceld::slurm {

// Whether the text may be of a pipeline with "grant": "path". A look at the
// bytes and no more, for root takes it at what a user wrote: it may say yes
// where no stage wants a path, never no where one does in a text that
// PipelineText() made.
[[nodiscard]] bool MayWantPaths(std::string_view pipeline);

// Has the kernel kill this process when its parent dies: where slurmstepd was
// killed, Slurm takes the task for gone, and nobody else would end it and its
// lease. Holds over exec, but of a set-user-ID program; not for what the task
// starts. Requires: the thread of the parent that forked lives as long as this
// process is to (slurmstepd's main thread, which waits for the tasks: 22.05).
// Errors: kUnavailable (the parent is not `parent`: it died), kIo.
// Source: PR_SET_PDEATHSIG in prctl(2).
[[nodiscard]] Status DieWith(int parent);

}  // namespace acceld::slurm
