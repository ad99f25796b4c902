// Builder: FactSet -> the parts of a Topology. Resolves what the probes said
// about the same thing, drops what dangles, fills in what nobody knew, and
// puts everything into one order that does not depend on that of the facts.
// Pure; no threading rule.
#pragma once

#include <vector>

#include "graph/parts.h"
#include "probes/fact.h"

namespace acceld::graph {

struct Parts {
  std::vector<Vertex> vertices;     // by kind, then NaturalLess of their keys
  std::vector<Link> links;          // by from, to, kind; one per pair and kind
  std::vector<Relation> relations;  // by from, to, kind; one of each
  std::vector<probes::Fault> faults;  // the probes', then the builder's
};

// Never fails; each fact that cannot be used becomes one fault:
// - a key that is no key (probes::IsKey), or one entity stated with two kinds
//   (the first wins);
// - an attribute, link or relation about an entity that nobody stated;
// - a link from a thing to itself; a rate that is negative, or a bandwidth of
//   zero (both are then assumed);
// - a relation between kinds that it cannot relate;
// - values of equal evidence that contradict (the first wins).
// A link stated twice, in either direction, is one link.
[[nodiscard]] Parts ResolveFacts(probes::FactSet facts);

// Puts the parts into their order after something was appended, and numbers
// the vertices anew. Requires: vertices[i].id == i; links and relations are
// about these.
void SortParts(Parts& parts);

}  // namespace acceld::graph
