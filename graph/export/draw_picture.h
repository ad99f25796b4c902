// DrawPicture: a machine laid out as a picture. The same machine gives the same
// picture.
// Pure function; no threading rule.
#pragma once

#include "graph/export/picture.h"
#include "graph/topology.h"

namespace acceld::graph::exports {

// Complexity: about linear in vertices and links; a machine of 65 vertices and
// 4,000 links takes a few milliseconds (docs/performance.md).
[[nodiscard]] Picture DrawPicture(const Topology& topology,
                                  const PictureOptions& options = {});

}  // namespace acceld::graph::exports
