#include "graph/export/routing.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <utility>

#include "graph/export/text_block.h"

namespace acceld::graph::exports {
namespace {

void AddLabel(Point at, std::string text, Picture& picture) {
  picture.labels.push_back(
      {at, kSmallFont, {{std::move(text), Tone::kFaint, false}}});
}

// Across a gap between columns: the kind above the wire, what it carries below.
// Down a gap between rows: all to the right of it.
void LabelStraight(const std::vector<std::string>& words,
                   const std::vector<Point>& points, Picture& picture) {
  const Point& a = points.front();
  const Point& b = points.back();
  const int height = LineHeight(kSmallFont);
  if (a.y != b.y) {
    int y = (a.y + b.y) / 2 - height / 3;
    for (const std::string& word : words) {
      AddLabel({a.x + 5, y}, word, picture);
      y += height;
    }
    return;
  }
  int y = a.y - 4;
  for (const std::string& word : words) {
    std::string text = Shorten(word, b.x - a.x - 4, kSmallFont);
    const int x = (a.x + b.x - TextWidth(text, kSmallFont)) / 2;
    AddLabel({x, y}, std::move(text), picture);
    y += &word == &words.front() ? height + 2 : height;
  }
}

// What to want of the outer boxes, so that the whole comes nearest to the shape
// of a screen: the inner ones may be of very different sizes.
int BestRatio(const Scene& scene, Demand demand) {
  constexpr std::int64_t kScreen = 160;  // hundredths, 16 : 10
  int best = demand.ratio;
  std::int64_t least = std::numeric_limits<std::int64_t>::max();
  for (const int ratio : {60, 80, 110, 160, 230, 320, 450, 640, 900}) {
    demand.ratio = ratio;
    const Size size = MeasureScene(scene, demand)[kMachine].size;
    const std::int64_t side = std::max(std::int64_t{size.width} * 100,
                                       std::int64_t{size.height} * kScreen);
    if (side >= least) continue;
    least = side;
    best = ratio;
  }
  return best;
}

std::string JoinWords(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    text.append(text.empty() ? "" : kPhraseGap).append(word);
  }
  return text;
}

}  // namespace

Routing::Routing(const Scene& scene, const std::vector<Bundle>& bundles)
    : scene_(scene), bundles_(bundles) {
  for (const Bundle& bundle : bundles) runs_.push_back({bundle.IsSmall()});
  Place();
  // A straight run that is blocked gets a lane. That moves boxes; where it
  // blocks another run, all of them get lanes, and nothing is left to chance.
  if (!DropBlocked()) return;
  Place();
  if (!DropBlocked()) return;
  for (Run& run : runs_) run.is_straight = false;
  Place();
}

void Routing::Draw(Picture& picture) const {
  for (std::size_t i = 0; i < bundles_.size(); ++i) {
    if (runs_[i].is_straight) {
      DrawStraight(i, picture);
    } else {
      DrawInLane(i, picture);
    }
  }
}

void Routing::Place() {
  Demand demand{std::vector<int>(scene_.items.size()),
                std::vector<bool>(scene_.items.size()), 0};
  int tracks = 0;
  std::map<std::pair<ItemIndex, ItemIndex>, int> rows;
  for (std::size_t i = 0; i < bundles_.size(); ++i) {
    const ItemIndex home = bundles_[i].home;
    Run& run = runs_[i];
    run.rows.clear();
    if (!run.is_straight) {
      run.lane = {home, demand.lanes[home]++, tracks++};
      continue;
    }
    demand.is_straight[home] = true;
    for (const Strand& strand : bundles_[i].strands) {
      run.rows.push_back(rows[std::minmax(strand.from, strand.to)]++);
    }
  }
  demand.tracks = std::min(tracks, kMostTracks);
  demand.ratio = BestRatio(scene_, demand);
  layout_ = PlaceScene(scene_, demand);
}

bool Routing::DropBlocked() {
  bool is_any = false;
  for (std::size_t i = 0; i < bundles_.size(); ++i) {
    Run& run = runs_[i];
    if (!run.is_straight) continue;
    for (std::size_t s = 0; s < bundles_[i].strands.size(); ++s) {
      if (StraightWire(scene_, layout_, bundles_[i].strands[s], run.rows[s])
              .empty()) {
        run.is_straight = false;
      }
    }
    is_any |= !run.is_straight;
  }
  return is_any;
}

void Routing::DrawStraight(std::size_t bundle, Picture& picture) const {
  const Run& run = runs_[bundle];
  const auto& strands = bundles_[bundle].strands;
  for (std::size_t s = 0; s < strands.size(); ++s) {
    auto points = StraightWire(scene_, layout_, strands[s], run.rows[s]);
    LabelStraight(bundles_[bundle].words, points, picture);
    const Crossing& crossing = strands[s].crossing;
    picture.wires.push_back(
        {crossing.is_link, crossing.index, std::move(points)});
  }
}

void Routing::DrawInLane(std::size_t bundle, Picture& picture) const {
  const Run& run = runs_[bundle];
  const Bundle& own = bundles_[bundle];
  const Rect& home = layout_.rects[own.home];
  const int lane_y = LaneY(layout_, run.lane);
  int left = home.right();
  for (const Strand& strand : own.strands) {
    auto points = LaneWire(scene_, layout_, run.lane, strand);
    for (const Point& point : points) {
      if (point.y == lane_y) left = std::min(left, point.x);
    }
    picture.wires.push_back(
        {strand.crossing.is_link, strand.crossing.index, std::move(points)});
  }
  std::string words = JoinWords(own.words);
  const int most = home.right() - TextWidth(words, kSmallFont);
  const int x = std::max(home.x + kPadding, std::min(left + 6, most));
  AddLabel({x, lane_y - 3}, std::move(words), picture);
}

}  // namespace acceld::graph::exports
