// Bundles: crossings that a person sees as one thing, and that share one lane
// of the picture: the links of one hub, a mesh of equal links.
// Value types, built once; no threading rule.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "graph/export/crossings.h"
#include "graph/export/scene.h"
#include "graph/topology.h"

namespace acceld::graph::exports {

struct Strand {
  Crossing crossing;
  ItemIndex from = kMachine;
  ItemIndex to = kMachine;
};

struct Bundle {
  std::vector<Strand> strands;     // never empty
  std::vector<std::string> words;  // that hold for all strands
  ItemIndex home = kMachine;       // the smallest box that holds all ends
  // Few enough strands that each may run straight, where nothing is between.
  [[nodiscard]] bool IsSmall() const { return strands.size() <= kFew; }

 private:
  static constexpr std::size_t kFew = 4;
};

// In the order of the first strand of each. Crossings within one (folded) box
// are left out.
[[nodiscard]] std::vector<Bundle> BundleCrossings(
    const Topology& topology, const Scene& scene,
    const std::vector<Crossing>& crossings);

}  // namespace acceld::graph::exports
