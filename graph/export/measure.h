// Measure: how large every box of a scene is and how what it holds is
// arranged, from the innermost outwards. The first half of a layout.
// Value types; no threading rule.
#pragma once

#include <vector>

#include "graph/export/columns.h"
#include "graph/export/scene.h"
#include "graph/export/text_block.h"

namespace acceld::graph::exports {

// What wires need of the boxes, by item: known before anything has a place.
struct Demand {
  std::vector<int> lanes;         // that run inside of the box
  std::vector<bool> is_straight;  // wires run straight between its children
  int tracks = 0;                 // wires side by side in a gutter, at most
  // Hundredths: how wide the boxes of the machine are wanted for their height,
  // before what stands beside them is counted.
  int ratio = 160;
};

// Pixels.
inline constexpr int kPadding = 8;      // between a box and what it holds
inline constexpr int kRowGap = 8;       // between boxes without wires
inline constexpr int kTreeGap = 18;     // between a port and what is below it
inline constexpr int kLaneHeight = 18;  // a wire and its words
inline constexpr int kTrackGap = 5;     // between wires side by side
inline constexpr int kMostTracks = 6;

// Boxes of one manner that a box holds, in columns.
struct Section {
  std::vector<std::vector<ItemIndex>> columns;
  std::vector<int> widths;  // of the columns
  int row_gap = 0;
  Size size;
  bool is_below = false;  // stands under the lanes
};

struct Measured {
  Size size;  // of the box; of a port: with all that is to its right
  TextBlock text;
  std::vector<Section> sections;  // from the top; of a port: none
  int chip_width = 0;             // of a port: its own box
};

// Gaps between the boxes in `item`.
[[nodiscard]] Gaps GapsIn(const Demand& demand, ItemIndex item);
// Room for wires at the right side inside of every box that holds others.
[[nodiscard]] int RightPadding(const Demand& demand);

// By item.
[[nodiscard]] std::vector<Measured> MeasureScene(const Scene& scene,
                                                 const Demand& demand);

}  // namespace acceld::graph::exports
