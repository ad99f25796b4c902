// Layout: where every box of a scene stands, and the channels between the
// boxes in which wires may run. The second half of a layout, from the outermost
// box inwards.
// Value types; no threading rule.
#pragma once

#include <vector>

#include "graph/export/measure.h"
#include "graph/export/picture.h"
#include "graph/export/scene.h"

namespace acceld::graph::exports {

// The free room around a box, inside of the box that holds it.
struct Channel {
  int gutter = 0;               // x where the gutter right of its column starts
  int main_gutter = 0;          // of the gutter right of all columns
  int section_top = 0;          // y where what stands beside it starts
  int section_bottom = 0;       // and where it ends
  int row_gap = 0;              // below it, and below its section
  bool is_last_column = false;  // nothing to its right
  bool is_last_row = false;     // nothing under it in its column
  bool is_last_upper = false;   // nothing but lanes under its section
  bool is_last_section = false;  // nor anything under the lanes
};

struct Layout {
  std::vector<Rect> rects;  // by item; of a port: the port alone
  std::vector<std::vector<TextLine>> lines;  // by item
  std::vector<Channel> channels;             // by item
  std::vector<int> lanes_top;                // by item: y of its first lane
};

// y where a wire meets a box at its side: beside the title.
[[nodiscard]] int SideOf(const Rect& rect);

[[nodiscard]] Layout PlaceScene(const Scene& scene, const Demand& demand);

}  // namespace acceld::graph::exports
