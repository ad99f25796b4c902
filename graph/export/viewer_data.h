// What the .html viewer knows of a machine, as a document: everything with its
// provenance, and the edges that paths may use, so that the viewer finds the
// same ways as the graph (graph/route_edges.h) without its rules.
//
//   texts      every source and text once; others are indices into it
//   vertices   {key, kind, box, attributes: [[name, value, evidence, source]]}
//              box: the vertex whose box stands for it, where siblings fold
//   links      [from, to, kind, words, rates, attributes]; rates are
//              [bandwidth, evidence, source, latency, evidence, source]
//              of each direction
//   relations  [from, to, kind, evidence, source, attributes]
//   routes     {vertex, exit, entry, edges: [from, to, ns, bytes/s, hops]...}
//   stated     [from, to, ns or -1, bytes/s or -1]
//   legend     [words, selector, is link, sample's classes]
//
// A bandwidth of -1 is unlimited; evidence is 0 (measured) to 3 (assumed).
// Pure functions; no threading rule.
#pragma once

#include "base/document.h"
#include "graph/export/picture.h"
#include "graph/topology.h"

namespace acceld::graph::exports {

[[nodiscard]] Document ViewerDocument(const Topology& topology,
                                      const Picture& picture);

}  // namespace acceld::graph::exports
