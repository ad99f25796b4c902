#include "probes/change_gatherer.h"

#include <algorithm>
#include <utility>

namespace acceld::probes {

void ChangeGatherer::Add(const Uevent& event, SteadyTime now) {
  if (IsIrrelevant(event.subsystem)) return;
  pending_.Add(event);
  health_.Note(event);
  Touch(now);
}

void ChangeGatherer::AddLost(SteadyTime now) {
  pending_.everything = true;
  Touch(now);
}

std::optional<SteadyTime> ChangeGatherer::due() const {
  if (!first_) return std::nullopt;
  return std::min<SteadyTime>(last_ + kQuiet, *first_ + kMostDelay);
}

Changes ChangeGatherer::Take() {
  first_.reset();
  pending_.health = health_;
  return std::exchange(pending_, {});
}

void ChangeGatherer::Touch(SteadyTime now) {
  if (!first_) first_ = now;
  last_ = now;
}

}  // namespace acceld::probes
