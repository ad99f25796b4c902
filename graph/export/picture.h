// Picture: a machine laid out in the plane, before it is written in any
// format. Nested boxes for the tree in which people read a machine, wires for
// the links between them.
//
//   Topology -> Scene -> (Layout, Wires) -> Picture -> .svg, .html
//
// Value types, in whole pixels, y downwards; no threading rule.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "graph/export/font.h"
#include "graph/export/phrase.h"
#include "graph/parts.h"

namespace acceld::graph::exports {

struct Point {
  int x = 0;
  int y = 0;
  friend bool operator==(const Point&, const Point&) = default;
};

struct Rect {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
  [[nodiscard]] int right() const { return x + width; }
  [[nodiscard]] int bottom() const { return y + height; }
  [[nodiscard]] bool Contains(const Rect& other) const {
    return other.x >= x && other.y >= y && other.right() <= right() &&
           other.bottom() <= bottom();
  }
  // Whether they have a point inside of both.
  [[nodiscard]] bool Overlaps(const Rect& other) const {
    return x < other.right() && other.x < right() && y < other.bottom() &&
           other.y < bottom();
  }
  friend bool operator==(const Rect&, const Rect&) = default;
};

// One line of text; `at` is the start of its baseline.
struct TextLine {
  Point at;
  Font font;
  std::vector<Phrase> phrases;  // printed with kPhraseGap between them
};

struct Box {
  // One vertex, or siblings that are folded into one box.
  std::vector<VertexId> members;
  std::optional<std::size_t> parent;  // the box that it stands in
  Rect rect;
  std::vector<TextLine> lines;
};

// How a link, or a relation that is drawn as one, runs. No two successive
// points are equal, and every piece is horizontal or vertical.
struct Wire {
  bool is_link = true;      // else a kSharesMemory relation
  std::uint32_t index = 0;  // into links() or relations()
  std::vector<Point> points;
};

struct Picture {
  int width = 0;
  int height = 0;
  std::vector<Box> boxes;        // parents before children
  std::vector<Wire> wires;       // in reading order
  std::vector<TextLine> labels;  // of wires
};

struct PictureOptions {
  bool fold = true;  // many siblings that say the same: one box, "8 x"
};

}  // namespace acceld::graph::exports
