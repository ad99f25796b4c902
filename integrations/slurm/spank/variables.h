// Variables of a job's environment that the plugin passes to itself. They begin
// with SLURM_: those reach the node whatever "srun --export" says.
#pragma once

namespace acceld::slurm {

// The pipeline, as compact JSON.
inline constexpr const char* kPipelineVariable = "SLURM_ACCELD_PIPELINE";
// The file it was read from, as the user wrote it.
inline constexpr const char* kFileVariable = "SLURM_ACCELD_PIPELINE_FILE";

}  // namespace acceld::slurm
