#include "daemon/machine.h"

#include <utility>

#include "base/log.h"
#include "probes/machine_document.h"
#include "probes/probe.h"

namespace acceld::daemon {
std::string_view Name(Mode mode) {
  switch (mode) {
    case Mode::kLive:
      return "live";
    case Mode::kRecorded:
      return "sysroot";
    case Mode::kDescribed:
      return "host";
  }
  return "live";
}

Result<Machine> Machine::Make(const MachineOptions& options) {
  if (options.host_file) {
    ACCELD_TRY(probes::FactSet facts,
               probes::ReadMachineFile(*options.host_file));
    Machine machine(Mode::kDescribed, nullptr);
    machine.Publish(std::move(facts));
    return machine;
  }
  auto opened = SysRoot::Open(options.sysroot);
  if (!opened) return Fail(std::move(opened.error()));
  const auto root = std::make_shared<const SysRoot>(*std::move(opened));
  probes::PrepareHwloc(*root);
  Machine machine(root->is_live() ? Mode::kLive : Mode::kRecorded, root);
  ACCELD_TRY_VOID(machine.Rescan());
  return machine;
}

Status Machine::Rescan() {
  if (root_ == nullptr) {
    return Fail(ErrorCode::kUnsupported,
                "a described machine (--host) does not change");
  }
  Publish(probes::ProbeMachine(*root_));
  return {};
}

void Machine::Publish(probes::FactSet facts) {
  topology_ = graph::Topology::Build(std::move(facts), ++generation_);
  Log(LogLevel::kInfo, "topology_published",
      {{"generation", generation_},
       {"mode", Name(mode_)},
       {"vertices", topology_->vertices().size()},
       {"links", topology_->links().size()},
       {"faults", topology_->faults().size()}});
}

}  // namespace acceld::daemon
