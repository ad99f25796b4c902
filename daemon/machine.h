// The machine that the daemon serves and its current snapshot. Loop thread
// only; the snapshots themselves are shared with solver threads.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/sys_root.h"
#include "daemon/registrations.h"
#include "graph/topology.h"
#include "probes/changes.h"
#include "probes/fact.h"
#include "probes/machine_probe.h"
#include "probes/settings.h"

namespace acceld::daemon {

// Where the facts come from.
enum class Mode {
  kLive,       // this machine, now
  kRecorded,   // --sysroot: a recorded tree; for looking and planning
  kDescribed,  // --host: a machine document; for looking and planning
};
[[nodiscard]] std::string_view Name(Mode mode);

struct MachineOptions {
  std::string sysroot = "/";
  std::optional<std::string> host_file;
  probes::Settings settings = {};
};

class Machine {
 public:
  // Probes (or loads) the machine. Requires: no second thread yet (hwloc).
  // Errors: kNotFound, kInvalidArgument (host file), kIo.
  [[nodiscard]] static Result<Machine> Make(const MachineOptions& options);

  [[nodiscard]] Mode mode() const { return mode_; }
  [[nodiscard]] const std::shared_ptr<const graph::Topology>& topology() const {
    return topology_;
  }
  // `changes`; where it says that events were lost, with the names in `removed`
  // of what was registered anew since the snapshot. Ask before Rescan() or
  // Update().
  [[nodiscard]] probes::Changes WithReturned(probes::Changes changes) const;
  // Reads the whole machine again and makes a new snapshot.
  // Errors: kUnsupported for a described machine.
  [[nodiscard]] Status Rescan();
  // Reads again what `changes` can have made old. Whether there is a new
  // snapshot: not where nothing is different and no device was taken away and
  // given back. A described machine does not change.
  [[nodiscard]] bool Update(const probes::Changes& changes);

 private:
  explicit Machine(Mode mode) : mode_(mode) {}
  void Publish(std::shared_ptr<const graph::Topology> topology);
  [[nodiscard]] bool WasReplaced(const probes::Changes& changes) const;

  Mode mode_;
  std::shared_ptr<const SysRoot> root_;          // null: a described machine
  std::unique_ptr<probes::MachineProbe> probe_;  // null: a described machine
  Registrations registrations_;                  // when topology_ was published
  std::uint64_t generation_ = 0;
  std::shared_ptr<const graph::Topology> topology_;
};

}  // namespace acceld::daemon
