#include "placement/search/link_room.h"

#include <algorithm>

namespace acceld::placement {

LinkRoom::LinkRoom(const Problem& problem)
    : problem_(problem), loads_(*problem.loads) {
  std::size_t variables = 0;
  std::int64_t pending = 0;
  for (std::size_t a = 0; a < problem.classes.size(); ++a) {
    const std::int64_t count = problem.classes[a].count;
    variables += static_cast<std::size_t>(count);
    for (std::size_t b = a; b < problem.classes.size(); ++b) {
      const std::int64_t pairs =
          a == b ? count * (count - 1) / 2 : count * problem.classes[b].count;
      pending = AddCost(pending, MultiplyCost(loads_.Between(a, b), pairs));
    }
  }
  levels_.resize(variables + 1);
  levels_[0].pending = pending;
}

std::int64_t LinkRoom::Left(std::size_t lane) const {
  const auto& left = levels_[depth_].left;
  return lane < left.size() ? left[lane] : loads_.capacity(lane);
}

void LinkRoom::Gather(std::size_t c, std::size_t value,
                      const std::vector<std::vector<std::size_t>>& chosen) {
  for (const std::uint32_t lane : touched_) added_[lane] = 0;
  touched_.clear();
  for (std::size_t other = 0; other < chosen.size(); ++other) {
    if (loads_.Between(c, other) == 0) continue;
    for (const std::size_t at : chosen[other]) {
      loads_.ForEach(c, value, other, at,
                     [&](std::uint32_t lane, std::int64_t share) {
                       added_.resize(std::max(added_.size(), loads_.lanes()));
                       if (added_[lane] == 0) touched_.push_back(lane);
                       added_[lane] = AddCost(added_[lane], share);
                     });
    }
  }
}

void LinkRoom::Choose(std::size_t c, std::size_t value,
                      const std::vector<std::vector<std::size_t>>& chosen) {
  Gather(c, value, chosen);
  const Level& above = levels_[depth_];
  Level& below = levels_[depth_ + 1];
  below.left = above.left;
  for (std::size_t lane = below.left.size(); lane < loads_.lanes(); ++lane) {
    below.left.push_back(loads_.capacity(lane));
  }
  for (const std::uint32_t lane : touched_) below.left[lane] -= added_[lane];
  below.pending = above.pending;
  ++depth_;
  if (below.pending == kMaxCost) return;  // saturated: it may be any more
  for (std::size_t other = 0; other < chosen.size(); ++other) {
    const auto placed = static_cast<std::int64_t>(chosen[other].size());
    below.pending -= MultiplyCost(loads_.Between(c, other), placed);
  }
}

void LinkRoom::Undo() { --depth_; }

bool LinkRoom::IsAmple() const {
  const Level& level = levels_[depth_];
  std::int64_t least = loads_.least_capacity();
  for (const std::int64_t left : level.left) least = std::min(least, left);
  return level.pending <= least;
}

void LinkRoom::Forbid(const std::vector<std::vector<std::size_t>>& chosen,
                      std::vector<std::vector<Cost>>& costs) {
  if (IsAmple()) return;
  for (std::size_t c = 0; c < chosen.size(); ++c) {
    const auto placed = static_cast<std::int64_t>(chosen[c].size());
    if (placed == problem_.classes[c].count) continue;
    for (std::size_t value = 0; value < costs[c].size(); ++value) {
      if (costs[c][value] >= kForbidden) continue;
      Gather(c, value, chosen);
      const bool overloads = std::any_of(
          touched_.begin(), touched_.end(),
          [&](std::uint32_t lane) { return added_[lane] > Left(lane); });
      if (overloads) costs[c][value] = kForbidden;
    }
  }
}

bool FitsLinks(const Problem& problem,
               const std::vector<std::vector<std::size_t>>& values) {
  const LinkLoads& loads = *problem.loads;
  std::vector<std::int64_t> sums;
  bool fits = true;
  const auto add = [&](std::uint32_t lane, std::int64_t share) {
    sums.resize(std::max(sums.size(), loads.lanes()));
    sums[lane] = AddCost(sums[lane], share);
    fits = fits && sums[lane] <= loads.capacity(lane);
  };
  for (std::size_t a = 0; a < values.size(); ++a) {
    for (std::size_t b = a; b < values.size(); ++b) {
      if (loads.Between(a, b) == 0) continue;
      for (std::size_t i = 0; i < values[a].size(); ++i) {
        for (std::size_t j = a == b ? i + 1 : 0; j < values[b].size(); ++j) {
          loads.ForEach(a, values[a][i], b, values[b][j], add);
        }
      }
    }
  }
  return fits;
}

}  // namespace acceld::placement
