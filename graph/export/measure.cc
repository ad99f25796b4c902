#include "graph/export/measure.h"

#include <algorithm>
#include <utility>

namespace acceld::graph::exports {
namespace {

constexpr int kWidestCard = 190;  // of text
constexpr int kWidestChip = 116;
constexpr int kWidestFrame = 320;  // where what it holds is narrower
constexpr int kStripRatio = 600;   // memories: side by side
// Between boxes that a wire joins straight, room for its words.
constexpr int kStraightGap = 74;
constexpr int kStraightRowGap = 44;

bool IsMemory(VertexKind kind) {
  return kind == VertexKind::kMemoryTarget ||
         kind == VertexKind::kMemorySideCache;
}

// Which children of a box stand together, in reading order.
enum class Manner { kMemory, kOthers, kTrees, kFunctions, kBelow };

Manner MannerOf(const Item& holder, const Item& item) {
  if (item.is_below) return Manner::kBelow;
  if (IsMemory(item.kind)) return Manner::kMemory;
  if (item.shape == Shape::kPort) return Manner::kTrees;
  if (item.kind == VertexKind::kPciFunction &&
      holder.kind == VertexKind::kHostBridge) {
    return Manner::kFunctions;
  }
  return Manner::kOthers;
}

class Measurer {
 public:
  Measurer(const Scene& scene, const Demand& demand)
      : scene_(scene), demand_(demand), measured_(scene.items.size()) {}

  std::vector<Measured> Run() {
    SetChips();
    MeasureBox(kMachine, demand_.ratio);
    return std::move(measured_);
  }

 private:
  // Ports of the same depth below one box get the same width, so that the
  // layers of the bus stand below each other.
  void SetChips() {
    std::vector<std::vector<int>> widths(scene_.items.size());  // by box, depth
    std::vector<std::size_t> depths(scene_.items.size());
    for (ItemIndex i = 0; i < scene_.items.size(); ++i) {
      const Item& item = scene_.items[i];
      if (item.shape != Shape::kPort) continue;
      Measured& own = measured_[i];
      own.text = StackText(item.wording, kWidestChip);
      const bool is_first = scene_.items[item.parent].shape != Shape::kPort;
      depths[i] = is_first ? 0 : depths[item.parent] + 1;
      auto& of_box = widths[scene_.ContainerOf(i)];
      of_box.resize(std::max(of_box.size(), depths[i] + 1));
      of_box[depths[i]] =
          std::max(of_box[depths[i]], own.text.width + 2 * kPadding);
    }
    for (ItemIndex i = 0; i < scene_.items.size(); ++i) {
      if (scene_.items[i].shape != Shape::kPort) continue;
      measured_[i].chip_width = widths[scene_.ContainerOf(i)][depths[i]];
    }
  }

  Size MeasureItem(ItemIndex index, int ratio) {
    return scene_.items[index].shape == Shape::kPort ? MeasureTree(index, ratio)
                                                     : MeasureBox(index, ratio);
  }

  Size MeasureTree(ItemIndex index, int ratio) {
    Measured& own = measured_[index];
    own.size = {own.chip_width, own.text.height + kPadding};
    int below = -kRowGap;
    for (const ItemIndex child : scene_.items[index].children) {
      const Size size = MeasureItem(child, ratio);
      own.size.width =
          std::max(own.size.width, own.chip_width + kTreeGap + size.width);
      below += kRowGap + size.height;
    }
    own.size.height = std::max(own.size.height, below);
    return own.size;
  }

  Size MeasureBox(ItemIndex index, int ratio) {
    const Item& item = scene_.items[index];
    Measured& own = measured_[index];
    const Size content = MeasureSections(index, ratio);
    const int narrowest = std::max(content.width, NarrowestText(item));
    own.text = SetText(item.wording, narrowest);
    const bool holds = !own.sections.empty();
    own.size.width = std::max(content.width, own.text.width) + kPadding +
                     (holds ? RightPadding(demand_) : kPadding);
    own.size.height =
        own.text.height + kPadding + (holds ? content.height + kPadding : 0);
    return own.size;
  }

  // A card wants about three lines, what stands under the lanes is low and
  // wide; nothing is narrower than its title.
  [[nodiscard]] static int NarrowestText(const Item& item) {
    constexpr int kWanted = 130;
    if (item.is_below) return SetText(item.wording, kWidestFrame).width;
    int width = std::max(kWanted, TextWidth(item.wording.title, kTitleFont));
    for (const Phrase& phrase : item.wording.phrases) {
      width = std::max(width, TextWidth(phrase.text, kTextFont));
    }
    return std::min(width,
                    item.shape == Shape::kFrame ? kWidestFrame : kWidestCard);
  }

  Size MeasureSections(ItemIndex index, int ratio) {
    const Item& item = scene_.items[index];
    std::vector<ItemIndex> groups[5];
    for (const ItemIndex child : item.children) {
      groups[static_cast<std::size_t>(MannerOf(item, scene_.items[child]))]
          .push_back(child);
    }
    Size content;
    for (const Manner manner :
         {Manner::kMemory, Manner::kOthers, Manner::kTrees, Manner::kFunctions,
          Manner::kBelow}) {
      const auto& group = groups[static_cast<std::size_t>(manner)];
      if (group.empty()) continue;
      Section section = Arrange(index, group, manner, ratio, content.width);
      content.width = std::max(content.width, section.size.width);
      content.height +=
          section.size.height + (content.height == 0 ? 0 : SectionGap(index));
      measured_[index].sections.push_back(std::move(section));
    }
    content.height +=
        demand_.lanes[index] == 0
            ? 0
            : demand_.lanes[index] * kLaneHeight + SectionGap(index);
    return content;
  }

  [[nodiscard]] int SectionGap(ItemIndex index) const {
    return GapsIn(demand_, index).row;
  }

  Section Arrange(ItemIndex index, const std::vector<ItemIndex>& group,
                  Manner manner, int ratio, int width) {
    const int inner = InnerRatio(group.size(), ratio);
    std::vector<Size> sizes;
    sizes.reserve(group.size());
    for (const ItemIndex child : group) {
      sizes.push_back(MeasureItem(child, inner));
    }
    Gaps gaps = GapsIn(demand_, index);
    if (manner != Manner::kOthers) gaps.row = kRowGap;
    const ColumnSplit split = Split(sizes, gaps, manner, ratio, width);
    Section section;
    section.widths = split.widths;
    section.row_gap = gaps.row;
    section.size = split.size;
    section.is_below = manner == Manner::kBelow;
    std::size_t start = 0;
    for (const std::size_t end : split.ends) {
      section.columns.emplace_back(
          group.begin() + static_cast<std::ptrdiff_t>(start),
          group.begin() + static_cast<std::ptrdiff_t>(end));
      start = end;
    }
    return section;
  }

  // `width`: of what stands above.
  static ColumnSplit Split(const std::vector<Size>& sizes, const Gaps& gaps,
                           Manner manner, int ratio, int width) {
    switch (manner) {
      case Manner::kBelow:
        return SetInOneRow(sizes, gaps);
      case Manner::kMemory:
        return SplitIntoColumns(sizes, gaps, kStripRatio);
      case Manner::kFunctions: {
        // The room under a bus is there anyway; many take more.
        ColumnSplit split = SplitIntoColumns(sizes, gaps, ratio);
        return split.size.width < width ? SplitToWidth(sizes, gaps, width)
                                        : split;
      }
      default:
        return SplitIntoColumns(sizes, gaps, ratio);
    }
  }

  // Boxes that will stand side by side are wanted narrower.
  [[nodiscard]] static int InnerRatio(std::size_t count, int ratio) {
    std::size_t columns = 1;
    while (columns * columns < count) ++columns;
    const std::size_t rows = (count + columns - 1) / columns;
    return std::max(
        60, static_cast<int>(static_cast<std::size_t>(ratio) * rows / columns));
  }

  const Scene& scene_;
  const Demand& demand_;
  std::vector<Measured> measured_;
};

}  // namespace

Gaps GapsIn(const Demand& demand, ItemIndex item) {
  Gaps gaps{kPadding, kRowGap};
  if (demand.tracks != 0) {
    gaps.column = 2 * kPadding + demand.tracks * kTrackGap;
    gaps.row = kPadding + demand.tracks * kTrackGap;
  }
  if (demand.is_straight[item]) {
    gaps.column = std::max(gaps.column, kStraightGap);
    gaps.row = std::max(gaps.row, kStraightRowGap);
  }
  return gaps;
}

int RightPadding(const Demand& demand) {
  return kPadding + demand.tracks * kTrackGap;
}

std::vector<Measured> MeasureScene(const Scene& scene, const Demand& demand) {
  return Measurer(scene, demand).Run();
}

}  // namespace acceld::graph::exports
