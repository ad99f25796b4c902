#include "placement/search/least_image.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

namespace acceld::placement {
namespace {

// Automorphisms that are kept in step with the path, some 5 ns each a step.
constexpr std::size_t kMost = 8192;
constexpr std::size_t kNever = std::numeric_limits<std::size_t>::max();

}  // namespace

LeastImage::LeastImage(Automorphisms automorphisms,
                       std::vector<std::size_t> rank,
                       const std::vector<std::int64_t>& open)
    : automorphisms_(std::move(automorphisms)),
      rank_(std::move(rank)),
      count_(open),
      placed_(open.size()),
      skips_(open.size() * rank_.size()),
      earlier_(kNever) {
  const auto variables =
      std::accumulate(open.begin(), open.end(), std::int64_t{0});
  levels_.resize(static_cast<std::size_t>(variables) + 1);
  // Those that move sites alone first: they are known at once.
  for (std::uint32_t h = 0; h < automorphisms_.classes.size(); ++h) {
    for (std::uint32_t g = 0; g < automorphisms_.sites.size(); ++g) {
      if (levels_.front().size() >= kMost) return;
      if (g != 0 || h != 0) levels_.front().push_back({g, h, 0});
    }
  }
}

void LeastImage::Take(std::size_t c, std::size_t site) {
  const std::vector<Open>& above = levels_[path_.size()];
  path_.push_back({c, placed_[c].size(), site});
  placed_[c].push_back(site);
  std::vector<Open>& below = levels_[path_.size()];
  below.clear();
  if (earlier_ < path_.size()) return;
  for (Open one : above) {
    const Order order = Compare(one);
    if (order == Order::kOpen) below.push_back(one);
    if (order != Order::kEarlier) continue;
    earlier_ = path_.size();
    return;
  }
}

void LeastImage::Leave() {
  if (earlier_ == path_.size()) earlier_ = kNever;
  placed_[path_.back().c].pop_back();
  path_.pop_back();
}

LeastImage::Order LeastImage::Compare(Open& one) const {
  const Permutation& sites = automorphisms_.sites[one.sites];
  const Permutation& source = automorphisms_.classes[one.classes];
  for (; one.equal < path_.size(); ++one.equal) {
    const Choice& mine = path_[one.equal];
    const auto& theirs = placed_[source[mine.c]];
    if (theirs.size() <= mine.replica) return Order::kOpen;
    const std::size_t image = sites[theirs[mine.replica]];
    if (image == mine.site) continue;
    return rank_[image] < rank_[mine.site] ? Order::kEarlier : Order::kLater;
  }
  return Order::kOpen;
}

void LeastImage::Refresh() {
  const bool is_earlier = earlier_ <= path_.size();
  std::fill(skips_.begin(), skips_.end(), is_earlier ? 1 : 0);
  if (is_earlier) return;
  for (const Open& one : levels_[path_.size()]) {
    if (one.equal == path_.size()) {
      SkipByEqual(one);
    } else {
      SkipByWaiting(one);
    }
  }
}

// The image is equal so far: the next choice may make it earlier.
void LeastImage::SkipByEqual(const Open& one) {
  const Permutation& sites = automorphisms_.sites[one.sites];
  const Permutation& source = automorphisms_.classes[one.classes];
  for (std::size_t c = 0; c < placed_.size(); ++c) {
    const std::size_t replica = placed_[c].size();
    if (static_cast<std::int64_t>(replica) >= count_[c]) continue;
    const auto& theirs = placed_[source[c]];
    const bool is_own = source[c] == c;
    if (!is_own && theirs.size() <= replica) continue;  // not known yet
    for (std::size_t site = 0; site < rank_.size(); ++site) {
      const std::size_t image = is_own ? sites[site] : sites[theirs[replica]];
      if (rank_[image] < rank_[site]) Skip(c, site);
    }
  }
}

// The image depends on one replica, and that may be placed next.
void LeastImage::SkipByWaiting(const Open& one) {
  const Choice& mine = path_[one.equal];
  const std::size_t c = automorphisms_.classes[one.classes][mine.c];
  if (placed_[c].size() != mine.replica) return;
  const Permutation& sites = automorphisms_.sites[one.sites];
  for (std::size_t site = 0; site < rank_.size(); ++site) {
    if (rank_[sites[site]] < rank_[mine.site]) Skip(c, site);
  }
}

}  // namespace acceld::placement
