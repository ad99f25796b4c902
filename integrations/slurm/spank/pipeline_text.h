// The pipeline file on the side of who submits. Runs as the user, in srun,
// sbatch and salloc: the node never opens a path that somebody else chose.
#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"

namespace acceld::slurm {

// A variable of the environment and its value have 128 KiB on Linux
// (MAX_ARG_STRLEN); pipelines have a few.
inline constexpr std::size_t kMaxPipelineBytes = 65536;

// What `path` holds, as compact JSON. Errors: those of
// client::ReadPipelineFile, kInvalidArgument (too large, or standard input,
// which belongs to the tasks).
[[nodiscard]] Result<std::string> PipelineText(const std::string& path);

}  // namespace acceld::slurm
