// How fast a PCIe link runs, beside what it could, for people.
// Pure functions of the topology; thread-safe.
#pragma once

#include <string>
#include <vector>

#include "graph/topology.h"

namespace acceld::graph {

// A link below the maximum of its device is degraded, and the text says which
// of two cases it is:
//
//   "16GT/s x16"                                at its best, or nothing known
//   "degraded: 16GT/s x8 of 16GT/s x16"         both of its ends could do more
//   "degraded: 2.5GT/s x16 of 16GT/s x16, or idle"      the same, but a device
//       of its kind lowers its speed while idle
//   "degraded: 8GT/s x16 of 16GT/s x16, the port allows no more"
struct LinkWidth {
  // Empty where the link has no such attributes.
  std::string text;
  // What is below the lesser maximum of both ends, and what only the port
  // keeps down: "speed", "width" (probes/pcie_degradation.h).
  std::vector<std::string> degraded;
  std::vector<std::string> limited;
  // The speed alone is degraded, and the device is of a kind that lowers it
  // while idle (a GPU, an accelerator), or sleeps.
  bool may_be_idle = false;

  // In one way or the other.
  [[nodiscard]] bool IsBelowMaximum() const {
    return !degraded.empty() || !limited.empty();
  }
};
[[nodiscard]] LinkWidth WidthOf(const Topology& topology, const Link& link);

}  // namespace acceld::graph
