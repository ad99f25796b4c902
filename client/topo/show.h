// `accel-topo show`: the machine as a tree, and beside it what no tree holds.
// Pure functions; no threading rule.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/document.h"
#include "base/topology_terms.h"
#include "client/topo/look.h"
#include "client/topo/machine.h"

namespace acceld::topo {

struct ShowOptions {
  bool io = true;                    // PCI and what hangs on it
  bool bridges = true;               // host bridges, root and switch ports
  bool collapse = true;              // fold identical siblings
  bool all_faults = false;           // not only the first
  std::vector<VertexKind> only{};    // a flat list of these kinds
  std::vector<VertexKind> ignore{};  // kinds to leave out of the tree
  // This and what hangs below it, instead of the machine.
  std::optional<graph::VertexId> from{};
};

// Requires: `options.from` is of the machine's topology.
[[nodiscard]] std::string ShowText(const Machine& machine,
                                   const ShowOptions& options,
                                   const Look& look);

// The same as a machine document (docs/machine-document.md); `collapse` and
// `all_faults` change nothing. Without filters it is the whole machine.
[[nodiscard]] Document ShowDocument(const Machine& machine,
                                    const ShowOptions& options);

}  // namespace acceld::topo
