#include "placement/search/lane_symmetry.h"

#include <algorithm>

namespace acceld::placement {

LaneSymmetry::LaneSymmetry(const Problem& problem, const Sites& sites,
                           const std::vector<graph::VertexId>& fixed)
    : loads_(*problem.loads), sites_(sites), fixed_(fixed) {}

void LaneSymmetry::CountUses() {
  counted_ = true;
  const auto count = [&](graph::VertexId from, graph::VertexId to) {
    for (const std::uint32_t lane : loads_.LanesOf(from, to)) {
      uses_.resize(std::max(uses_.size(), loads_.lanes()));
      ++uses_[lane];
    }
  };
  for (const graph::VertexId from : sites_.vertex) {
    for (const graph::VertexId to : sites_.vertex) count(from, to);
    for (const graph::VertexId place : fixed_) {
      count(from, place);
      count(place, from);
    }
  }
  for (const graph::VertexId from : fixed_) {
    for (const graph::VertexId to : fixed_) count(from, to);
  }
  uses_.resize(loads_.lanes());
}

bool LaneSymmetry::Map(const Ends& path, const Ends& image) {
  const auto before = loads_.LanesOf(path.from, path.to);
  const auto after = loads_.LanesOf(image.from, image.to);
  if (before.size() != after.size()) return false;
  for (std::size_t i = 0; i < before.size(); ++i) {
    std::size_t& becomes = becomes_[before[i]];
    if (becomes == kNone) becomes = after[i];
    if (becomes != after[i] ||
        loads_.capacity(before[i]) != loads_.capacity(after[i])) {
      return false;
    }
    ++met_[before[i]];
  }
  return true;
}

bool LaneSymmetry::MapAllOf(std::size_t site,
                            const std::vector<std::size_t>& image) {
  const graph::VertexId here = sites_.vertex[site];
  const graph::VertexId there = sites_.vertex[image[site]];
  for (std::size_t other = 0; other < sites_.size(); ++other) {
    const graph::VertexId u = sites_.vertex[other];
    const graph::VertexId v = sites_.vertex[image[other]];
    if (!Map({here, u}, {there, v})) return false;
    // The way back of a site that moves too is met when that one's turn comes.
    if (image[other] == other && !Map({u, here}, {v, there})) return false;
  }
  return std::all_of(fixed_.begin(), fixed_.end(), [&](graph::VertexId place) {
    return Map({here, place}, {there, place}) &&
           Map({place, here}, {place, there});
  });
}

bool LaneSymmetry::LeavesOthersAlone() const {
  for (std::size_t lane = 0; lane < becomes_.size(); ++lane) {
    if (becomes_[lane] == kNone || becomes_[lane] == lane) continue;
    if (met_[lane] != uses_[lane]) return false;
  }
  return true;
}

bool LaneSymmetry::Maps(const std::vector<std::size_t>& image,
                        const std::vector<std::size_t>& moved,
                        std::int64_t& work_left) {
  const std::size_t ends = sites_.size() + fixed_.size();
  work_left -= static_cast<std::int64_t>(2 * moved.size() * ends);
  if (!counted_) work_left -= static_cast<std::int64_t>(ends * ends);
  if (work_left < 0) return false;
  if (!counted_) CountUses();
  becomes_.assign(uses_.size(), kNone);
  met_.assign(uses_.size(), 0);
  return std::all_of(moved.begin(), moved.end(),
                     [&](std::size_t site) { return MapAllOf(site, image); }) &&
         LeavesOthersAlone();
}

}  // namespace acceld::placement
