// .svg: a machine as a picture (docs/accel-topo.md, "Pictures").
// Pure functions; no threading rule.
#pragma once

#include <string>

#include "graph/export/picture.h"
#include "graph/topology.h"

namespace acceld::graph::exports {

// What stands above a picture.
struct Heading {
  std::string name;  // of the machine
};

// A whole file: the picture, a heading and a legend of what occurs in it.
[[nodiscard]] std::string SvgText(const Topology& topology,
                                  const Heading& heading,
                                  const PictureOptions& options = {});

// "2 packages, 4 NUMA nodes, 4 memories, ...": what the machine has.
[[nodiscard]] std::string TotalsOf(const Topology& topology);

}  // namespace acceld::graph::exports
