#include "probes/machine_probe.h"

#include <algorithm>
#include <iterator>
#include <span>
#include <utility>

namespace acceld::probes {
namespace {

template <typename T>
void Move(std::vector<T>& from, std::size_t begin, std::size_t end,
          std::vector<T>& to) {
  const auto part = std::span(from).subspan(begin, end - begin);
  to.insert(to.end(), std::make_move_iterator(part.begin()),
            std::make_move_iterator(part.end()));
}

template <typename T>
bool EndsWith(const std::vector<T>& facts, std::size_t from,
              const std::vector<T>& before, std::size_t begin,
              std::size_t end) {
  return std::ranges::equal(std::span(facts).subspan(from),
                            std::span(before).subspan(begin, end - begin));
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
  bool differs = false;
  Mark begin;  // of what the probe said before
  for (std::size_t i = 0; i < probes.size(); ++i) {
    const Mark from = EndOf(facts);
    const Mark end = ends_.empty() ? Mark() : ends_[i];
    if (!Run(i, changes, facts)) {
      MovePart(begin, end, facts);
    } else if (!differs) {
      differs = !EndsWithPart(begin, end, facts, from);
    }
    ends.push_back(EndOf(facts));
    begin = end;
  }
  const Mark from = EndOf(facts);
  event_health_.AddTo(*root_, facts);
  differs = differs || !EndsWithPart(begin, EndOf(facts_), facts, from);
  ends_ = std::move(ends);
  facts_ = std::move(facts);
  return differs;
}

bool MachineProbe::Run(std::size_t index, const Changes& changes,
                       FactSet& facts) {
  const probes::Probe& probe = AllProbes()[index];
  if (!probe.only_after.empty() && !changes.AnyOf(probe.only_after)) {
    return false;
  }
  if (probe.rerun_with != nullptr) {
    return probe.rerun_with(*root_, settings_, changes, memories_[index],
                            facts);
  }
  if (probe.rerun != nullptr) {
    return probe.rerun(*root_, changes, memories_[index], facts);
  }
  probe.run(*root_, facts);
  return true;
}

MachineProbe::Mark MachineProbe::EndOf(const FactSet& facts) {
  return {facts.entities.size(), facts.attributes.size(), facts.links.size(),
          facts.relations.size(), facts.faults.size()};
}

bool MachineProbe::EndsWithPart(const Mark& begin, const Mark& end,
                                const FactSet& facts, const Mark& from) const {
  return EndsWith(facts.entities, from.entities, facts_.entities,
                  begin.entities, end.entities) &&
         EndsWith(facts.attributes, from.attributes, facts_.attributes,
                  begin.attributes, end.attributes) &&
         EndsWith(facts.links, from.links, facts_.links, begin.links,
                  end.links) &&
         EndsWith(facts.relations, from.relations, facts_.relations,
                  begin.relations, end.relations) &&
         EndsWith(facts.faults, from.faults, facts_.faults, begin.faults,
                  end.faults);
}

void MachineProbe::MovePart(const Mark& begin, const Mark& end,
                            FactSet& facts) {
  Move(facts_.entities, begin.entities, end.entities, facts.entities);
  Move(facts_.attributes, begin.attributes, end.attributes, facts.attributes);
  Move(facts_.links, begin.links, end.links, facts.links);
  Move(facts_.relations, begin.relations, end.relations, facts.relations);
  Move(facts_.faults, begin.faults, end.faults, facts.faults);
}

}  // namespace acceld::probes
