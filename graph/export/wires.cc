#include "graph/export/wires.h"

#include <algorithm>
#include <utility>

namespace acceld::graph::exports {
namespace {

// Drops points that say nothing.
std::vector<Point> Simplify(const std::vector<Point>& points) {
  std::vector<Point> kept;
  for (const Point& point : points) {
    if (!kept.empty() && kept.back() == point) continue;
    if (kept.size() >= 2) {
      const Point& a = kept[kept.size() - 2];
      const Point& b = kept.back();
      const bool along_x = a.y == b.y && b.y == point.y;
      const bool along_y = a.x == b.x && b.x == point.x;
      if (along_x || along_y) kept.pop_back();
    }
    if (kept.empty() || kept.back() != point) kept.push_back(point);
  }
  return kept;
}

// The way from a box to a lane of the box `home` that holds it.
class Descent {
 public:
  Descent(const Scene& scene, const Layout& layout, const Lane& lane)
      : scene_(scene),
        layout_(layout),
        home_(lane.home),
        nudge_((lane.track % kMostTracks) * kTrackGap),
        offset_(kPadding + nudge_) {}

  std::vector<Point> From(ItemIndex start, int lane_y) {
    if (start == home_) {
      const Rect& rect = layout_.rects[home_];
      return {{rect.x, lane_y}, {rect.x + kPadding / 2, lane_y}};
    }
    const Rect& rect = layout_.rects[start];
    if (scene_.items[start].is_below && Holder(start) == home_) {
      const int x = rect.x + rect.width / 2 + nudge_;
      return {{x, rect.y}, {x, lane_y}};
    }
    ItemIndex item = start;
    if (!LeaveAtSide(item)) {
      x_ = std::min(rect.x + rect.width / 2 + nudge_, rect.right());
      points_ = {{x_, rect.bottom()}};
    }
    while (!Passes(item)) {
      const ItemIndex blocked = FirstBlocked(item);
      const Channel& channel = layout_.channels[blocked];
      Turn(layout_.rects[blocked].bottom() + channel.row_gap / 2,
           channel.gutter + offset_);
      item = Sink(blocked);
    }
    points_.push_back({x_, lane_y});
    return std::move(points_);
  }

 private:
  [[nodiscard]] ItemIndex Holder(ItemIndex item) const {
    return scene_.ContainerOf(item);
  }
  // Whether nothing stands under the section of `item`: at home above the
  // lanes, elsewhere at all.
  [[nodiscard]] bool IsLastSection(ItemIndex item) const {
    const Channel& channel = layout_.channels[item];
    return Holder(item) == home_ ? channel.is_last_upper
                                 : channel.is_last_section;
  }
  [[nodiscard]] bool IsFree(ItemIndex item) const {
    return layout_.channels[item].is_last_row && IsLastSection(item);
  }
  // Down to the lane from `item`, without a turn.
  [[nodiscard]] bool Passes(ItemIndex item) const {
    return item == home_ || FirstBlocked(item) == home_;
  }
  // The first of `item` and what holds it, below home, that is in the way.
  [[nodiscard]] ItemIndex FirstBlocked(ItemIndex item) const {
    while (item != home_ && IsFree(item)) item = Holder(item);
    return item;
  }
  void Turn(int y, int x) {
    points_.push_back({x_, y});
    points_.push_back({x, y});
    x_ = x;
  }
  // From the gutter beside `item` down to the end of what holds it.
  ItemIndex Sink(ItemIndex item) {
    const Channel& channel = layout_.channels[item];
    if (!IsLastSection(item) && channel.main_gutter != channel.gutter) {
      Turn(channel.section_bottom + channel.row_gap / 2,
           channel.main_gutter + offset_);
    }
    return Holder(item);
  }
  // To the right, where that reaches a gutter; `item` is then what the wire
  // is past.
  bool LeaveAtSide(ItemIndex& item) {
    const ItemIndex blocked = FirstBlocked(item);
    if (blocked == home_) return false;
    const Rect& rect = layout_.rects[item];
    if (scene_.items[item].shape == Shape::kPort) {
      // To its right stands what hangs at it.
      x_ = rect.x - kTreeGap / 2;
      points_ = {{rect.x, SideOf(rect)}, {x_, SideOf(rect)}};
      const Channel& channel = layout_.channels[item];
      Turn(channel.section_bottom + channel.row_gap / 2,
           channel.gutter + offset_);
      item = Sink(item);
      return true;
    }
    for (ItemIndex up = item; up != blocked; up = Holder(up)) {
      if (!layout_.channels[up].is_last_column) return false;
    }
    const int y = std::min(SideOf(rect) + nudge_, rect.bottom());
    x_ = layout_.channels[blocked].gutter + offset_;
    points_ = {{rect.right(), y}, {x_, y}};
    item = Sink(blocked);
    return true;
  }

  const Scene& scene_;
  const Layout& layout_;
  ItemIndex home_;
  int nudge_;   // beside the wires of other lanes
  int offset_;  // the same from the start of a gutter
  int x_ = 0;
  std::vector<Point> points_;
};

// Whether anything but the two boxes and what holds them meets the piece.
bool IsClear(const Scene& scene, const Layout& layout, const Strand& strand,
             const Rect& piece) {
  for (ItemIndex i = 0; i < scene.items.size(); ++i) {
    if (!layout.rects[i].Overlaps(piece)) continue;
    const bool holds_one = i == kMachine || i == strand.from ||
                           i == strand.to ||
                           scene.CommonBox(i, strand.from) == i ||
                           scene.CommonBox(i, strand.to) == i;
    if (!holds_one) return false;
  }
  return true;
}

}  // namespace

std::vector<Point> StraightWire(const Scene& scene, const Layout& layout,
                                const Strand& strand, int row) {
  constexpr int kFirst = 30;  // from the upper or left end of what they share
  constexpr int kNext = 48;
  if (scene.items[strand.from].is_below || scene.items[strand.to].is_below) {
    return {};
  }
  const Rect& a = layout.rects[strand.from];
  const Rect& b = layout.rects[strand.to];
  const int y = std::max(a.y, b.y) + kFirst + row * kNext;
  if (y < std::min(a.bottom(), b.bottom())) {
    const Rect& left = a.x < b.x ? a : b;
    const Rect& right = a.x < b.x ? b : a;
    const Rect piece{left.right(), y - 1, right.x - left.right(), 2};
    if (piece.width > 0 && IsClear(scene, layout, strand, piece)) {
      return {{piece.x, y}, {piece.right(), y}};
    }
  }
  const int x = std::max(a.x, b.x) + kFirst + row * kNext * 2;
  if (x < std::min(a.right(), b.right())) {
    const Rect& upper = a.y < b.y ? a : b;
    const Rect& lower = a.y < b.y ? b : a;
    const Rect piece{x - 1, upper.bottom(), 2, lower.y - upper.bottom()};
    if (piece.height > 0 && IsClear(scene, layout, strand, piece)) {
      return {{x, piece.y}, {x, piece.bottom()}};
    }
  }
  return {};
}

int LaneY(const Layout& layout, const Lane& lane) {
  constexpr int kBelow = 4;  // the words stand above the wire
  return layout.lanes_top[lane.home] + (lane.number + 1) * kLaneHeight - kBelow;
}

std::vector<Point> LaneWire(const Scene& scene, const Layout& layout,
                            const Lane& lane, const Strand& strand) {
  const int y = LaneY(layout, lane);
  std::vector<Point> points = Descent(scene, layout, lane).From(strand.from, y);
  std::vector<Point> back = Descent(scene, layout, lane).From(strand.to, y);
  points.insert(points.end(), back.rbegin(), back.rend());
  return Simplify(points);
}

std::vector<Point> BusWire(const Scene& scene, const Layout& layout,
                           ItemIndex item) {
  const Item& own = scene.items[item];
  const Rect& rect = layout.rects[item];
  const Rect& parent = layout.rects[own.parent];
  const int y = SideOf(rect);
  if (scene.items[own.parent].shape == Shape::kPort) {
    return {{parent.right(), y}, {rect.x, y}};
  }
  // The root bus: a rail down the left side of the column.
  const int rail = rect.x - kPadding / 2;
  return Simplify({{rail, layout.channels[item].section_top - kPadding / 2},
                   {rail, y},
                   {rect.x, y}});
}

}  // namespace acceld::graph::exports
