// A tree taken through everything that reads or shows a machine: all probes,
// the graph, the machine document and back, and the tools' texts. For hostile
// trees, in tests and under fuzzers.
// Single-threaded: hwloc's root is a variable of the process.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "graph/topology.h"
#include "probes/fact.h"

namespace acceld::testing {

struct WholeMachine {
  probes::FactSet facts;
  std::shared_ptr<const graph::Topology> topology;
  std::string text;       // `accel-topo show`
  std::size_t reads = 0;  // calls of SysRoot: what a probe costs, not how long
};

// Ends the process (ACCELD_CHECK) where a promise is broken: a key or a text
// that is not fit to print, a document that does not come back as the graph
// that it was made of.
[[nodiscard]] WholeMachine ReadWholeMachine(const std::string& directory);

}  // namespace acceld::testing
