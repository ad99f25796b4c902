#include "probes/machine_probe.h"

#include <span>
#include <utility>

namespace acceld::probes {
namespace {

template <typename T>
void Append(const std::vector<T>& from, std::size_t begin, std::size_t end,
            std::vector<T>& to) {
  to.insert(to.end(), from.begin() + static_cast<std::ptrdiff_t>(begin),
            from.begin() + static_cast<std::ptrdiff_t>(end));
}

}  // namespace

MachineProbe::MachineProbe(std::shared_ptr<const SysRoot> root,
                           Settings settings)
    : root_(std::move(root)),
      settings_(std::move(settings)),
      memories_(AllProbes().size()) {}

void MachineProbe::Probe() { (void)Update(Changes::Everything()); }

bool MachineProbe::Update(const Changes& changes) {
  if (changes.health) event_health_ = *changes.health;
  if (ends_.empty() && !changes.everything) {
    return Update(Changes::Everything());
  }
  const std::span<const probes::Probe> probes = AllProbes();
  FactSet facts;
  // Mostly about as many as before.
  facts.entities.reserve(facts_.entities.size());
  facts.attributes.reserve(facts_.attributes.size());
  facts.links.reserve(facts_.links.size());
  facts.relations.reserve(facts_.relations.size());
  std::vector<Mark> ends;
  ends.reserve(probes.size());
  for (std::size_t i = 0; i < probes.size(); ++i) {
    if (!Run(i, changes, facts)) {
      CopyPart(i == 0 ? Mark{} : ends_[i - 1], ends_[i], facts);
    }
    ends.push_back(EndOf(facts));
  }
  event_health_.AddTo(*root_, facts);
  ends_ = std::move(ends);
  const bool differs = facts != facts_;
  facts_ = std::move(facts);
  return differs;
}

bool MachineProbe::Run(std::size_t index, const Changes& changes,
                       FactSet& facts) {
  const probes::Probe& probe = AllProbes()[index];
  if (!probe.only_after.empty() && !changes.AnyOf(probe.only_after)) {
    return false;
  }
  if (probe.rerun != nullptr) {
    return probe.rerun(*root_, changes, memories_[index], facts);
  }
  if (probe.run_with != nullptr) {
    probe.run_with(*root_, settings_, facts);
  } else {
    probe.run(*root_, facts);
  }
  return true;
}

MachineProbe::Mark MachineProbe::EndOf(const FactSet& facts) {
  return {facts.entities.size(), facts.attributes.size(), facts.links.size(),
          facts.relations.size(), facts.faults.size()};
}

void MachineProbe::CopyPart(const Mark& from, const Mark& to,
                            FactSet& facts) const {
  Append(facts_.entities, from.entities, to.entities, facts.entities);
  Append(facts_.attributes, from.attributes, to.attributes, facts.attributes);
  Append(facts_.links, from.links, to.links, facts.links);
  Append(facts_.relations, from.relations, to.relations, facts.relations);
  Append(facts_.faults, from.faults, to.faults, facts.faults);
}

}  // namespace acceld::probes
