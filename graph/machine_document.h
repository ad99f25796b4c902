// Export: a Topology as a machine document (docs/machine-document.md), for
// D-Bus Describe and the tools' --json. probes/machine_document.h reads it
// back: exporting what was built from an export gives the same document.
// Pure; thread-safe.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/attribute.h"
#include "base/document.h"
#include "base/topology_terms.h"
#include "graph/topology.h"

namespace acceld::graph {

struct ExportOptions {
  std::string name = {};               // of the machine; empty: left out
  std::vector<VertexKind> kinds = {};  // only these; empty: all
  // Only vertices for which it holds; empty: all. Where it hides any, there
  // are no faults either: they name paths of what the reader may not see.
  std::function<bool(const Vertex&)> shows = {};
  // Attributes that are left out, for they name what is not shown.
  std::function<bool(const Attribute&)> conceals = {};
  // What is known of a vertex at the moment and not by the topology: in place
  // of its attributes of the same names.
  std::function<std::vector<Attribute>(const Vertex&)> now = {};
};

// Everything with its provenance. Vertices that are left out take their links
// and relations with them.
[[nodiscard]] Document MachineDocument(const Topology& topology,
                                       const ExportOptions& options = {});

}  // namespace acceld::graph
