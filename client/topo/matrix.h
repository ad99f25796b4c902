// `accel-topo matrix [KIND...]`: how near each thing is to each other.
// Pure functions; no threading rule.
#pragma once

#include <string>
#include <vector>

#include "base/document.h"
#include "base/topology_terms.h"
#include "client/topo/look.h"
#include "client/topo/machine.h"

namespace acceld::topo {

// Empty `kinds`: accelerators, NICs and memories.
[[nodiscard]] std::string MatrixText(const Machine& machine,
                                     const std::vector<VertexKind>& kinds,
                                     const Look& look);
// {"keys": [...], "localities": [[...]], "fabric": [[...]]}: row by row, in
// the order of the keys; "fabric" is true where fabric links alone, through
// hubs, lead from one to the other.
[[nodiscard]] Document MatrixDocument(const Machine& machine,
                                      const std::vector<VertexKind>& kinds);

}  // namespace acceld::topo
