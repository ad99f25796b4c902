// Legend: what the colours and lines of a picture mean, for those that occur in
// it.
// Pure functions; no threading rule.
#pragma once

#include <string>
#include <vector>

#include "graph/export/picture.h"
#include "graph/topology.h"

namespace acceld::graph::exports {

struct LegendEntry {
  bool is_link = false;
  std::string classes;   // of its sample: "memory hbm", "fabric b3"
  std::string words;     // for people: "HBM"
  std::string selector;  // of the elements it stands for: ".box.memory.hbm"
};

// Boxes first, in the order of the kinds.
[[nodiscard]] std::vector<LegendEntry> LegendOf(const Topology& topology,
                                                const Picture& picture);

// The entries in rows of at most `width` pixels, from (0, `top`) downwards;
// returns the y where they end.
int AppendLegend(const std::vector<LegendEntry>& entries, int top, int width,
                 std::string& out);

}  // namespace acceld::graph::exports
