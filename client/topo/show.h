// `accel-topo show`: the machine as a tree, and beside it what no tree holds.
// Pure functions; no threading rule.
#pragma once

#include <optional>
#include <string>

#include "base/topology_terms.h"
#include "client/topo/look.h"
#include "client/topo/machine.h"

namespace acceld::topo {

struct ShowOptions {
  bool io = true;                    // PCI and what hangs on it
  bool collapse = true;              // fold identical siblings
  bool all_faults = false;           // not only the first
  std::optional<VertexKind> only{};  // a flat list of this kind
};

[[nodiscard]] std::string ShowText(const Machine& machine,
                                   const ShowOptions& options,
                                   const Look& look);

}  // namespace acceld::topo
