// MachineProbe: the facts of one machine, kept up to date. Where ProbeMachine
// reads a machine once, this remembers what every probe said, and after a
// change runs again only what the change can have made old.
//
// What it says after any sequence of changes equals what ProbeMachine would
// say, with what the events have said of health laid over it (no file holds
// that, so reading the machine afresh does not give it); but for values that
// change without an event (a link that retrains, a counter of errors): Probe()
// reads those again.
// Single-threaded; one at a time is enough.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "base/sys_root.h"
#include "probes/changes.h"
#include "probes/event_health.h"
#include "probes/fact.h"
#include "probes/probe.h"
#include "probes/settings.h"

namespace acceld::probes {

class MachineProbe {
 public:
  // Requires: PrepareHwloc(*root), and that `root` is not null.
  explicit MachineProbe(std::shared_ptr<const SysRoot> root,
                        Settings settings = {});

  // The facts of the last Probe() or Update().
  [[nodiscard]] const FactSet& facts() const { return facts_; }

  // Reads the whole machine. What events said of health stands.
  void Probe();
  // Reads what `changes` can have changed; the first time, everything. Whether
  // the facts differ from before.
  bool Update(const Changes& changes);

 private:
  // Where a probe's facts begin in facts_.
  struct Mark {
    std::size_t entities = 0;
    std::size_t attributes = 0;
    std::size_t links = 0;
    std::size_t relations = 0;
    std::size_t faults = 0;
  };
  // Whether the probe added its facts; false: those of before stand.
  bool Run(std::size_t index, const Changes& changes, FactSet& facts);
  [[nodiscard]] static Mark EndOf(const FactSet& facts);
  // Whether `facts` end, from `from` on, with what lies between the marks of
  // those of before.
  [[nodiscard]] bool EndsWithPart(const Mark& begin, const Mark& end,
                                  const FactSet& facts, const Mark& from) const;
  // Appends what lies between the marks; here it is left empty.
  void MovePart(const Mark& begin, const Mark& end, FactSet& facts);

  std::shared_ptr<const SysRoot> root_;
  Settings settings_;
  FactSet facts_;  // the probes', then what event_health_ adds
  EventHealth event_health_;
  std::vector<Mark> ends_;  // as AllProbes(); empty: never probed
  std::vector<std::unique_ptr<ProbeMemory>> memories_;  // as AllProbes()
};

}  // namespace acceld::probes
