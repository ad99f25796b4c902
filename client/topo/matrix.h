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

enum class MatrixOf { kClasses, kLatency, kBandwidth };

struct MatrixOptions {
  std::vector<VertexKind> kinds{};  // empty: memories, accelerators and NICs
  MatrixOf what = MatrixOf::kClasses;
};

// A row and a column for each thing of the kinds, from row to column, and a
// legend of the classes that occur.
[[nodiscard]] std::string MatrixText(const Machine& machine,
                                     const MatrixOptions& options,
                                     const Look& look);
// {"keys": [...], "localities", "fabric", "latencies_ns", "bandwidths":
// [[...]]}: row by row, in the order of the keys, whatever `what` is. "fabric"
// is true where fabric links alone, through hubs, lead from one to the other.
// A latency is null where no path leads there; a bandwidth, in bytes a second,
// there and where nothing limits it.
[[nodiscard]] Document MatrixDocument(const Machine& machine,
                                      const MatrixOptions& options);

}  // namespace acceld::topo
