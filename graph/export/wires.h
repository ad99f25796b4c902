// Wires: how links run between boxes that have their places. Links of a bus run
// in the gaps between its layers. Crossings run straight where nothing is in
// the way, else along the gutters into a lane of the smallest box that holds
// all ends of their bundle: the strands of a bundle share it, as on a bus bar.
// Pure functions; no threading rule.
#pragma once

#include <cstddef>
#include <vector>

#include "graph/export/bundles.h"
#include "graph/export/layout.h"
#include "graph/export/picture.h"
#include "graph/export/scene.h"
#include "graph/topology.h"

namespace acceld::graph::exports {

// The points of `strand`, where it can run straight: the two boxes stand side
// by side, or one above the other, and nothing stands between. Else empty.
// `row`: how many straight strands there are already between the two.
[[nodiscard]] std::vector<Point> StraightWire(const Scene& scene,
                                              const Layout& layout,
                                              const Strand& strand, int row);

// A lane of the box that holds all ends of a bundle.
struct Lane {
  ItemIndex home = kMachine;
  int number = 0;  // from the top of the lanes of `home`
  int track = 0;   // tells apart the wires of several lanes in one gutter
};
[[nodiscard]] int LaneY(const Layout& layout, const Lane& lane);

// The points of `strand` by way of `lane`.
[[nodiscard]] std::vector<Point> LaneWire(const Scene& scene,
                                          const Layout& layout,
                                          const Lane& lane,
                                          const Strand& strand);

// From a port or host bridge to `item`, which hangs at it on a bus.
[[nodiscard]] std::vector<Point> BusWire(const Scene& scene,
                                         const Layout& layout, ItemIndex item);

}  // namespace acceld::graph::exports
