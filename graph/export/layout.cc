#include "graph/export/layout.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace acceld::graph::exports {
namespace {

class Placer {
 public:
  Placer(const Scene& scene, const Demand& demand)
      : scene_(scene),
        demand_(demand),
        measured_(MeasureScene(scene, demand)),
        layout_{std::vector<Rect>(scene.items.size()),
                std::vector<std::vector<TextLine>>(scene.items.size()),
                std::vector<Channel>(scene.items.size()),
                std::vector<int>(scene.items.size())} {}

  Layout Run() {
    const Size size = measured_[kMachine].size;
    PlaceBox(kMachine, {0, 0, size.width, size.height});
    return std::move(layout_);
  }

 private:
  void PlaceText(ItemIndex index, Point at) {
    auto& lines = layout_.lines[index];
    lines = std::move(measured_[index].text.lines);
    for (TextLine& line : lines) {
      line.at.x += at.x;
      line.at.y += at.y;
    }
  }

  void PlaceBox(ItemIndex index, const Rect& rect) {
    const Measured& own = measured_[index];
    layout_.rects[index] = rect;
    PlaceText(index, {rect.x + kPadding, rect.y + kPadding / 2});
    const int gap = GapsIn(demand_, index).row;
    Rect content{rect.x + kPadding, rect.y + own.text.height + kPadding,
                 rect.width - kPadding - RightPadding(demand_), 0};
    int extra = rect.height - own.size.height;  // for the last section above
    const auto is_upper = [](const Section& one) { return !one.is_below; };
    const auto uppers =
        std::count_if(own.sections.begin(), own.sections.end(), is_upper);
    std::ptrdiff_t placed = 0;
    bool has_lanes = false;
    for (const Section& section : own.sections) {
      if (section.is_below && !has_lanes) {
        PlaceLanes(index, content, gap);
        has_lanes = true;
      }
      content.height = section.size.height;
      const bool is_last_upper = ++placed == uppers;
      if (is_last_upper) content.height += std::exchange(extra, 0);
      PlaceSection(index, section, content, is_last_upper);
      content.y += content.height + gap;
    }
    if (!has_lanes) PlaceLanes(index, content, gap);
  }

  void PlaceLanes(ItemIndex index, Rect& content, int gap) {
    layout_.lanes_top[index] = content.y;
    if (demand_.lanes[index] == 0) return;
    content.y += demand_.lanes[index] * kLaneHeight + gap;
  }

  // The columns share what room is left over.
  void PlaceSection(ItemIndex holder, const Section& section,
                    const Rect& content, bool is_last_upper) {
    const auto columns = static_cast<int>(section.columns.size());
    const Gaps gaps = GapsIn(demand_, holder);
    const int spare = content.width - section.size.width;
    int x = content.x;
    for (int c = 0; c < columns; ++c) {
      const auto at = static_cast<std::size_t>(c);
      const int more = spare * (c + 1) / columns - spare * c / columns;
      const int width = section.widths[at] + more;
      Channel channel{
          .gutter = x + width,
          .main_gutter = content.right(),
          .section_top = content.y,
          .section_bottom = content.bottom(),
          .row_gap = gaps.row,
          .is_last_column = c + 1 == columns,
          .is_last_row = false,
          .is_last_upper = is_last_upper,
          .is_last_section = &section == &measured_[holder].sections.back()};
      PlaceColumn(section.columns[at], section.row_gap,
                  {x, content.y, width, content.height}, channel);
      x += width + gaps.column;
    }
  }

  // The last frame of a column reaches down to the end of the section, unless
  // it would be empty for the most part.
  void PlaceColumn(const std::vector<ItemIndex>& items, int gap,
                   const Rect& room, Channel channel) {
    int y = room.y;
    for (const ItemIndex item : items) {
      int height = measured_[item].size.height;
      channel.is_last_row = item == items.back();
      const bool is_frame = scene_.items[item].shape == Shape::kFrame;
      const int left = room.bottom() - y;
      if (channel.is_last_row && is_frame && 2 * left < 3 * height)
        height = left;
      PlaceItem(item, {room.x, y, room.width, height}, channel);
      y += height + gap;
    }
  }

  void PlaceItem(ItemIndex index, const Rect& room, const Channel& channel) {
    layout_.channels[index] = channel;
    if (scene_.items[index].shape == Shape::kPort) {
      PlaceTree(index, room, channel);
    } else {
      PlaceBox(index, room);
    }
  }

  // A port reaches down to the last of what hangs at it.
  void PlaceTree(ItemIndex index, const Rect& room, Channel channel) {
    const Measured& own = measured_[index];
    PlaceText(index, {room.x + kPadding, room.y + kPadding / 2});
    channel.is_last_row = false;  // of a tree, wires leave to the right
    const int x = room.x + own.chip_width + kTreeGap;
    int y = room.y;
    int bottom = room.y + own.text.height + kPadding;
    for (const ItemIndex child : scene_.items[index].children) {
      const int height = measured_[child].size.height;
      PlaceItem(child, {x, y, room.right() - x, height}, channel);
      bottom = std::max(bottom, SideOf(layout_.rects[child]) + kPadding);
      y += height + kRowGap;
    }
    layout_.rects[index] = {room.x, room.y, own.chip_width, bottom - room.y};
  }

  const Scene& scene_;
  const Demand& demand_;
  std::vector<Measured> measured_;
  Layout layout_;
};

}  // namespace

int SideOf(const Rect& rect) {
  constexpr int kTitle = 12;
  return rect.y + std::min(kTitle, rect.height / 2);
}

Layout PlaceScene(const Scene& scene, const Demand& demand) {
  return Placer(scene, demand).Run();
}

}  // namespace acceld::graph::exports
