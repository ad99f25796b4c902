// A probe reads one source (one kernel framework, one firmware table) of a
// machine and adds facts. It never fails as a whole: what it cannot read or
// believe becomes a Fault on that fact, and the rest stands.
//
// New hardware is one new probe file, one line in probes/all_probes.cc, one
// fixture and one golden (docs/writing-a-probe.md).
#pragma once

#include <span>
#include <string_view>

#include "base/sys_root.h"
#include "probes/fact.h"

namespace acceld::probes {

struct Probe {
  std::string_view name;                  // "drm"
  void (*run)(const SysRoot&, FactSet&);  // single-threaded
};

// Every probe, in the order in which they run. An explicit list: no static
// registration.
[[nodiscard]] std::span<const Probe> AllProbes();

// Runs all probes over `root`. Requires: PrepareHwloc(root) was called before
// the process started a second thread.
[[nodiscard]] FactSet ProbeMachine(const SysRoot& root);

// Points hwloc at `root` (it reads HWLOC_FSROOT from the environment only).
// Call it once, before threads start.
void PrepareHwloc(const SysRoot& root);

}  // namespace acceld::probes
