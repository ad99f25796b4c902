// ChangeGatherer: makes few changes of many uevents. A device that comes makes
// dozens of events within milliseconds, and a storm (a shelf of devices, a
// driver that comes and goes) tens of thousands: changes are handed over when
// it has been quiet for kQuiet, or kMostDelay after the first event.
//
// Pure: the caller says what time it is. Single-threaded.
#pragma once

#include <chrono>
#include <optional>

#include "base/clock.h"
#include "probes/changes.h"
#include "probes/event_health.h"
#include "probes/uevent.h"

namespace acceld::probes {

class ChangeGatherer {
 public:
  // A device's first event and those of its parts come closer together than
  // this; a person does not notice it.
  static constexpr std::chrono::milliseconds kQuiet{50};
  // Two snapshots a second in the worst storm.
  static constexpr std::chrono::milliseconds kMostDelay{500};

  // Drops the event where its subsystem is irrelevant.
  void Add(const Uevent& event, SteadyTime now);
  // Events were lost: what changed is not known.
  void AddLost(SteadyTime now);

  // When what was gathered is to be taken; nothing while nothing is pending.
  [[nodiscard]] std::optional<SteadyTime> due() const;
  // What was gathered; nothing is pending afterwards.
  [[nodiscard]] Changes Take();

 private:
  void Touch(SteadyTime now);

  Changes pending_;
  EventHealth health_;  // of all events so far
  std::optional<SteadyTime> first_;
  SteadyTime last_;
};

}  // namespace acceld::probes
