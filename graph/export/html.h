// .html: the picture of a machine in one file that can be looked around in:
// pan, zoom, legend, filter, details, and the path between two vertices. It
// holds its style, script and data; it loads nothing, and its content security
// policy lets nothing else run.
// Pure function; no threading rule.
#pragma once

#include <string>

#include "graph/export/picture.h"
#include "graph/export/svg.h"
#include "graph/topology.h"

namespace acceld::graph::exports {

[[nodiscard]] std::string HtmlText(const Topology& topology,
                                   const Heading& heading,
                                   const PictureOptions& options = {});

}  // namespace acceld::graph::exports
