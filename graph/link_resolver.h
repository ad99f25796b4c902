// The links' part of the builder: one Link per pair and kind, complete rates.
// Pure; no threading rule.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "graph/parts.h"
#include "probes/fact.h"

namespace acceld::graph {

// Merges what `facts` say and fills in what they leave open: a PCIe bandwidth
// from speed and width, then the other direction's value, then the default of
// the kind (graph/link_defaults.h). What cannot be used becomes a fault, as
// ResolveFacts() says. The result is sorted by from, to and kind.
[[nodiscard]] std::vector<Link> ResolveLinks(
    std::vector<probes::LinkFact> facts,
    const std::unordered_map<std::string, VertexId>& ids,
    std::vector<probes::Fault>& faults);

}  // namespace acceld::graph
