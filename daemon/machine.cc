#include "daemon/machine.h"

#include <cstddef>
#include <utility>

#include "base/log.h"
#include "daemon/device_identity.h"
#include "graph/diff.h"
#include "graph/offering.h"
#include "probes/machine_document.h"
#include "probes/probe.h"
#include "probes/recording/recorded_root.h"

namespace acceld::daemon {
namespace {

// "a,b,c" of the things that changed so; no longer than a log line should be.
std::string KeysOf(const graph::Diff& diff, graph::Change change) {
  constexpr std::size_t kMost = 16;
  std::string keys;
  std::size_t count = 0;
  for (const graph::VertexChange& vertex : diff.vertices) {
    if (vertex.change != change) continue;
    if (++count > kMost) continue;
    if (!keys.empty()) keys += ",";
    keys += vertex.key;
  }
  if (count > kMost) keys += ",+" + std::to_string(count - kMost);
  return keys;
}

void LogChange(const graph::Diff& diff, bool was_replaced) {
  Log(LogLevel::kInfo, "topology_changed",
      {{"added", KeysOf(diff, graph::Change::kAdded)},
       {"removed", KeysOf(diff, graph::Change::kRemoved)},
       {"changed", KeysOf(diff, graph::Change::kChanged)},
       {"replaced", was_replaced ? "yes" : "no"},
       {"links", diff.links.size()},
       {"relations", diff.relations.size()},
       {"faults", diff.faults.size()}});
}

}  // namespace

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
    Machine machine(Mode::kDescribed);
    machine.Publish(graph::Topology::Build(std::move(facts), 1));
    return machine;
  }
  auto opened = recording::RecordedRoot::Open(options.sysroot);
  if (!opened) return Fail(std::move(opened.error()));
  const auto kept =
      std::make_shared<const recording::RecordedRoot>(*std::move(opened));
  // It owns the whole of it: an unpacked archive lives as long.
  const std::shared_ptr<const SysRoot> root(kept, &kept->root());
  probes::PrepareHwloc(*root);
  Machine machine(root->is_live() ? Mode::kLive : Mode::kRecorded);
  machine.root_ = root;
  machine.probe_ =
      std::make_unique<probes::MachineProbe>(root, options.settings);
  ACCELD_TRY_VOID(machine.Rescan());
  return machine;
}

probes::Changes Machine::WithReturned(probes::Changes changes) const {
  if (root_ == nullptr || !changes.everything) return changes;
  changes.removed.merge(
      Registrations::Of(*root_, *topology_).NewSince(registrations_));
  return changes;
}

Status Machine::Rescan() {
  if (probe_ == nullptr) {
    return Fail(ErrorCode::kUnsupported,
                "a described machine (--host) does not change");
  }
  probe_->Probe();
  Publish(
      graph::Topology::Build(probe_->facts(), ++generation_, topology_.get()));
  return {};
}

bool Machine::Update(const probes::Changes& changes) {
  if (probe_ == nullptr) return false;
  const bool differs = probe_->Update(changes);
  const bool was_replaced = WasReplaced(changes);
  if (!differs && !was_replaced) return false;
  auto topology =
      graph::Topology::Build(probe_->facts(), generation_ + 1, topology_.get());
  const graph::Diff diff = graph::DiffOf(*topology_, *topology);
  // Facts may be the same in other words: their order, or a source.
  if (diff.empty() && !was_replaced) return false;
  ++generation_;
  Publish(std::move(topology));
  LogChange(diff, was_replaced);
  return true;
}

// Whether a device that can be leased was removed and is there again: it looks
// the same, and what was open of it is dead.
bool Machine::WasReplaced(const probes::Changes& changes) const {
  if (changes.removed.empty()) return false;
  for (const graph::Vertex& vertex : topology_->vertices()) {
    const bool can_be_leased =
        graph::IsOffered(vertex) || vertex.kind == VertexKind::kEngine;
    if (can_be_leased &&
        IsAmong(IdentityOf(*topology_, vertex.key), changes.removed)) {
      return true;
    }
  }
  return false;
}

void Machine::Publish(std::shared_ptr<const graph::Topology> topology) {
  topology_ = std::move(topology);
  generation_ = topology_->generation();
  if (root_ != nullptr) registrations_ = Registrations::Of(*root_, *topology_);
  Log(LogLevel::kInfo, "topology_published",
      {{"generation", generation_},
       {"mode", Name(mode_)},
       {"vertices", topology_->vertices().size()},
       {"links", topology_->links().size()},
       {"faults", topology_->faults().size()}});
}

}  // namespace acceld::daemon
