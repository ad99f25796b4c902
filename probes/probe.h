// A probe reads one source (one kernel framework, one firmware table) of a
// machine and adds facts. It never fails as a whole: what it cannot read or
// believe becomes a Fault on that fact, and the rest stands.
//
// New hardware is one new probe file, one line in probes/all_probes.cc, one
// fixture and one golden (docs/writing-a-probe.md).
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "base/sys_root.h"
#include "probes/changes.h"
#include "probes/fact.h"
#include "probes/settings.h"

namespace acceld::probes {

// What a probe keeps from one run for the next; only it knows what is inside.
class ProbeMemory {
 public:
  virtual ~ProbeMemory() = default;
};

// The last two are for probes that would take long at every uevent; without
// them a probe is run again whatever has changed, which is always right.
struct Probe {
  std::string_view name;                  // "drm"
  void (*run)(const SysRoot&, FactSet&);  // single-threaded
  // The subsystems (of uevents) that its facts depend on, and on nothing else:
  // neither on what earlier probes found. After other events its facts stand.
  std::string_view only_after = {};  // "cpu memory node"
  // run() that may take from `memory` (null at first) what `changes` cannot
  // have made old. Adds exactly the facts that run() would add, and is true;
  // or adds none, and is false: those of the run before stand.
  bool (*rerun)(const SysRoot&, const Changes&,
                std::unique_ptr<ProbeMemory>& memory, FactSet&) = nullptr;
  // The same, of what the settings say, too: what is run in place of run().
  bool (*rerun_with)(const SysRoot&, const Settings&, const Changes&,
                     std::unique_ptr<ProbeMemory>& memory, FactSet&) = nullptr;
};

// Every probe, in the order in which they run. An explicit list: no static
// registration.
[[nodiscard]] std::span<const Probe> AllProbes();

// Runs all probes over `root`. Requires: PrepareHwloc(root) was called before
// the process started a second thread.
[[nodiscard]] FactSet ProbeMachine(const SysRoot& root,
                                   const Settings& settings = {});

// Points hwloc at `root` (it reads HWLOC_FSROOT from the environment only), and
// looks whether hwloc may be let loose on it (probes/hwloc_guard.h): a recorded
// tree must not change after. Call it before threads start.
void PrepareHwloc(const SysRoot& root);

}  // namespace acceld::probes
