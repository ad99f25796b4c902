#include <array>

#include "probes/hwloc_probe.h"
#include "probes/numa_probe.h"
#include "probes/probe.h"
#include "probes/soft_probe.h"

namespace acceld::probes {

// Order: sources of CPUs and memory, then buses, then frameworks, which name
// what the earlier ones found.
std::span<const Probe> AllProbes() {
  static constexpr std::array kProbes = {
      Probe{"hwloc", RunHwlocProbe},
      Probe{"numa", RunNumaProbe},
      Probe{"soft", RunSoftProbe},
  };
  return kProbes;
}

FactSet ProbeMachine(const SysRoot& root) {
  FactSet facts;
  for (const Probe& probe : AllProbes()) probe.run(root, facts);
  return facts;
}

}  // namespace acceld::probes
