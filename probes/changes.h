// Changes: what a number of uevents together may have made old of the facts
// that were read before them. What a probe is told, so that it reads no more
// of the machine again than it must.
//
// Bounded, whatever arrives: past kMostNames it says "everything".
// A value; no threading rule.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "probes/event_health.h"
#include "probes/pci_address.h"
#include "probes/uevent.h"

namespace acceld::probes {

struct Changes {
  // Names kept of one sort. A machine's worth of functions and more than any
  // burst that is not a storm.
  static constexpr std::size_t kMostNames = 4096;
  // Names kept of what was removed: more than the kernel says within
  // ChangeGatherer::kMostDelay, for one that is forgotten may be leased.
  static constexpr std::size_t kMostRemoved = 65536;

  // Anything may have changed: a person asks, or events were lost.
  [[nodiscard]] static Changes Everything() {
    Changes changes;
    changes.everything = true;
    return changes;
  }

  // Adds what `event` can have changed. Any bytes may be in it.
  void Add(const Uevent& event);
  [[nodiscard]] bool empty() const { return !everything && subsystems.empty(); }
  // Whether an event of one of these subsystems ("cpu memory") was among them.
  [[nodiscard]] bool AnyOf(std::string_view names) const;
  // Whether files of this function are to be read again.
  [[nodiscard]] bool Touches(const PciAddress& function) const {
    return everything || functions.contains(function) ||
           bridges.contains(function);
  }

  bool everything = false;
  std::set<std::string, std::less<>> subsystems;
  // The PCI function that an event was about or came from: it is to be read
  // again. Functions below it have events of their own.
  std::set<PciAddress> functions;
  // The bridges above those: they themselves are to be read again (a port
  // knows the link below it).
  std::set<PciAddress> bridges;
  // Kernel names of devices that were removed ("renderD128", "0000:3a:00.0"),
  // whether or not something of that name came again: what was open of them is
  // dead.
  std::set<std::string, std::less<>> removed;
  // All that events have said of health by now, these and earlier ones.
  // Nothing: as before.
  std::optional<EventHealth> health;
};

// Whether no probe reads anything of this subsystem, so that its events are
// dropped unseen. A list of what is known to be noise: a subsystem that nobody
// thought of counts.
[[nodiscard]] bool IsIrrelevant(std::string_view subsystem);

}  // namespace acceld::probes
