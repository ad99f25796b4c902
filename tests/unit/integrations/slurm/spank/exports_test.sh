#!/bin/bash
# acceld_spank.so exports what Slurm looks up, and nothing of C++: in srun and
# slurmstepd it must not stand in for anybody else's symbols.
set -euo pipefail
exported=$(nm -D --defined-only "$1" | awk '{print $3}' | sed 's/@.*//' | sort)
diff <(printf '%s\n' plugin_name plugin_type plugin_version \
  slurm_spank_init slurm_spank_task_init slurm_spank_task_init_privileged \
  spank_plugin_version) \
  <(echo "$exported")
