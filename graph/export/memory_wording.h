// What the box of a memory says: its kind and size, who it is far from, and
// who shares it.
// Pure functions of the topology; no threading rule.
#pragma once

#include <string>
#include <vector>

#include "graph/export/phrase.h"
#include "graph/hanging.h"
#include "graph/topology.h"

namespace acceld::graph::exports {

// "hbm 64GiB".
[[nodiscard]] std::string MemoryTitle(const Vertex& memory);

// Its key; what its node, its device or the nearest CPUs see of it; its
// owners, where they are several.
[[nodiscard]] std::vector<Phrase> MemoryPhrases(const Topology& topology,
                                                const Hanging& hanging,
                                                const Vertex& memory);

}  // namespace acceld::graph::exports
