// NVSwitches, the crossbar between the GPUs of one board. Single-threaded. Used
// by the NVIDIA probe, whose header states the rule.
#pragma once

#include <string>
#include <vector>

#include "probes/fact_index.h"
#include "probes/fact_reader.h"

namespace acceld::probes {

struct NvidiaGpu {
  std::string key;  // "accelerator:nvidia0"; empty: no node is known for it
  std::string model;
  bool is_excluded = false;
};

// Adds "fabric-hub:nvswitch" where there are functions that the driver
// "nvidia-nvswitch" drives, with "switches" (their addresses), and, where it
// can be said which of `gpus` they join, "members" and the links, all assumed.
void AddNvSwitches(const FactReader& reader, const FactIndex& index,
                   const std::vector<NvidiaGpu>& gpus);

}  // namespace acceld::probes
