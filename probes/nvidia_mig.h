// The instances that a GPU was split into (MIG): each is an engine.
// Source: /proc/driver/nvidia/capabilities/gpuN/mig/giX/{access,ciY}, N being
// the device minor; /proc/driver/nvidia-caps/mig-minors, lines "gpu0/gi1/ci0/
// access 14" (nv-caps.c). Single-threaded. Used by the NVIDIA probe.
#pragma once

#include "probes/fact_reader.h"

namespace acceld::probes {

// Adds "engine:nvidiaN-giX" for each GPU instance of /dev/nvidiaN, with
// compute_instances (their numbers), capability_nodes (what a client must open
// besides the GPU's own nodes) and, where it has compute instances, functions.
// Returns whether there is any.
bool AddMigInstances(const FactReader& reader, int minor);

}  // namespace acceld::probes
