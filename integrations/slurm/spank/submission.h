// The side of who submits: FILE goes into the environment of the job. In srun,
// sbatch and salloc, by the thread that reads options.
#pragma once

#include <string>

#include "base/result.h"

namespace acceld::slurm {

// Reads the pipeline, as the user, and sets the variables of variables.h.
// srun within an allocation repeats the option that made it: the pipeline is
// that of the time of submission then, wherever srun runs. Errors: those of
// PipelineText(), kNoMemory.
[[nodiscard]] Status ReadAtSubmission(const std::string& file);

}  // namespace acceld::slurm
