// Which vertices are devices that are listed and published each by itself.
// Pure; no threading rule.
#pragma once

#include "graph/parts.h"

namespace acceld::graph {

// Accelerators, and NICs and storage devices that offer a function. An engine
// is seen in its accelerator.
[[nodiscard]] bool IsOffered(const Vertex& vertex);

}  // namespace acceld::graph
