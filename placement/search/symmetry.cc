#include "placement/search/symmetry.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace acceld::placement {
namespace {

// Pairs of sites that are looked at, some 10 ns each.
constexpr std::int64_t kMostWork = 2'000'000;
// Sets of clusters of one type that a cluster is compared with.
constexpr std::size_t kMostSets = 8;

}  // namespace

Symmetry::Symmetry(const Problem& problem, const State& start,
                   const Sites& sites, const ClusterTree& tree,
                   const Meter& stopped)
    : problem_(problem),
      sites_(sites),
      tree_(tree),
      set_(tree.clusters().size()),
      users_(tree.clusters().size()),
      stands_back_(tree.clusters().size()),
      rank_(sites.size()),
      image_(sites.size()),
      work_left_(kMostWork) {
  std::iota(image_.begin(), image_.end(), std::size_t{0});
  has_rules_ = !problem.limits.empty();
  for (std::size_t c = 0; c < problem.classes.size(); ++c) {
    for (const std::size_t value : start.chosen()[c]) {
      fixed_.push_back(problem.classes[c].domain[value]);
    }
  }
  for (std::size_t a = 0; a < problem.classes.size(); ++a) {
    for (std::size_t b = a; b < problem.classes.size(); ++b) {
      const PairCosts* costs = problem.tables->Find(a, b);
      if (costs != nullptr && !costs->is_plain()) has_rules_ = true;
    }
  }
  if (problem.loads != nullptr) lanes_.emplace(problem, sites, fixed_);
  if (!problem.activations.empty()) groups_.emplace(problem, start, sites);
  Rank(tree.whole());
  FindSets(stopped);
  Refresh();
}

void Symmetry::Rank(std::size_t cluster) {
  const Cluster& it = tree_.clusters()[cluster];
  if (it.site != kNone) rank_[it.site] = next_rank_++;
  for (const std::size_t part : it.parts) Rank(part);
}

void Symmetry::FindSets(const Meter& stopped) {
  const auto& clusters = tree_.clusters();
  const auto open_set = [&](std::size_t cluster) {
    set_[cluster] = sets_.size();
    sets_.push_back({cluster});
  };
  open_set(tree_.whole());
  for (const Cluster& whole : clusters) {
    std::vector<std::size_t> open;  // sets of the type at hand
    std::size_t type = kNone;
    for (const std::size_t part : whole.parts) {
      const std::int64_t before = work_left_;
      if (clusters[part].type != type) open.clear();
      type = clusters[part].type;
      const auto same =
          std::find_if(open.begin(), open.end(), [&](std::size_t set) {
            return Exchangeable(sets_[set].front(), part);
          });
      // A lookup of a path costs as much as many cells.
      if (stopped(32 * (before - work_left_))) work_left_ = 0;
      if (same != open.end()) {
        set_[part] = *same;
        sets_[*same].push_back(part);
        continue;
      }
      open_set(part);
      if (open.size() < kMostSets) open.push_back(set_[part]);
    }
  }
}

void Symmetry::Match(std::size_t a, std::size_t b, Moves& moves) const {
  const Cluster& x = tree_.clusters()[a];
  const Cluster& y = tree_.clusters()[b];
  if (x.site != kNone) moves.emplace_back(x.site, y.site);
  for (std::size_t i = 0; i < x.parts.size(); ++i) {
    Match(x.parts[i], y.parts[i], moves);
  }
}

bool Symmetry::Exchangeable(std::size_t a, std::size_t b) {
  Moves moves;
  Match(a, b, moves);
  for (const auto& [from, to] : moves) {
    image_[from] = to;
    image_[to] = from;
  }
  const bool same = std::all_of(moves.begin(), moves.end(),
                                [&](const auto& move) {
                                  return SamePaths(move.first, move.second) &&
                                         SamePaths(move.second, move.first) &&
                                         (!has_rules_ ||
                                          (SameRules(move.first, move.second) &&
                                           SameRules(move.second, move.first)));
                                }) &&
                    SameLanes(moves) && SameGroups(moves);
  for (const auto& [from, to] : moves) {
    image_[from] = from;
    image_[to] = to;
  }
  return same;
}

// Whether `b` is to the images of all sites as `a` is to the sites.
bool Symmetry::SamePaths(std::size_t a, std::size_t b) {
  const Paths& paths = *problem_.paths;
  const graph::VertexId x = sites_.vertex[a];
  const graph::VertexId y = sites_.vertex[b];
  for (std::size_t site = 0; site < sites_.size(); ++site) {
    if (--work_left_ < 0) return false;
    const graph::VertexId u = sites_.vertex[site];
    const graph::VertexId v = sites_.vertex[image_[site]];
    if (paths.CostBetween(x, u) != paths.CostBetween(y, v) ||
        paths.CostBetween(u, x) != paths.CostBetween(v, y)) {
      return false;
    }
  }
  return true;
}

bool Symmetry::SameLatencies(std::size_t a, std::size_t b) {
  const auto same = [&](graph::VertexId u, graph::VertexId v) {
    const Paths& paths = *problem_.paths;
    return paths.LatencyBetween(sites_.vertex[a], u) ==
               paths.LatencyBetween(sites_.vertex[b], v) &&
           paths.LatencyBetween(u, sites_.vertex[a]) ==
               paths.LatencyBetween(v, sites_.vertex[b]);
  };
  for (std::size_t site = 0; site < sites_.size(); ++site) {
    if (--work_left_ < 0) return false;
    if (!same(sites_.vertex[site], sites_.vertex[image_[site]])) return false;
  }
  return std::all_of(fixed_.begin(), fixed_.end(),
                     [&](graph::VertexId place) { return same(place, place); });
}

std::vector<std::size_t> Symmetry::SitesOf(const Moves& moves) {
  std::vector<std::size_t> moved;
  for (const auto& [from, to] : moves) {
    moved.push_back(from);
    moved.push_back(to);
  }
  return moved;
}

bool Symmetry::SameLanes(const Moves& moves) {
  return !lanes_ || lanes_->Maps(image_, SitesOf(moves), work_left_);
}

bool Symmetry::SameGroups(const Moves& moves) {
  return !groups_ || groups_->Maps(image_, SitesOf(moves), work_left_);
}

bool Symmetry::SameRules(std::size_t a, std::size_t b) {
  if (!problem_.limits.empty() && !SameLatencies(a, b)) return false;
  for (std::size_t c = 0; c < problem_.classes.size(); ++c) {
    const std::size_t mine = sites_.value[c][a];
    const std::size_t theirs = sites_.value[c][b];
    if (mine == kNone) continue;  // then so is the other: one type
    for (std::size_t other = 0; other < problem_.classes.size(); ++other) {
      const PairCosts* costs = problem_.tables->Find(c, other);
      if (costs == nullptr || costs->is_plain()) continue;
      if (sites_.site[other].empty()) continue;  // its share is in the costs
      const auto& row = problem_.tables->Costs(c, mine, other);
      const auto& image = problem_.tables->Costs(c, theirs, other);
      for (std::size_t value = 0; value < row.size(); ++value) {
        if (--work_left_ < 0) return false;
        const std::size_t site = sites_.site[other][value];
        const std::size_t at = sites_.value[other][image_[site]];
        if (at == kNone || row[value] != image[at]) return false;
      }
    }
  }
  return true;
}

void Symmetry::Take(std::size_t site) {
  for (std::size_t c = site; c != kNone; c = tree_.clusters()[c].parent) {
    ++users_[c];
  }
}

void Symmetry::Leave(std::size_t site) {
  for (std::size_t c = site; c != kNone; c = tree_.clusters()[c].parent) {
    --users_[c];
  }
}

void Symmetry::Refresh() {
  for (const auto& members : sets_) {
    bool found = false;
    for (const std::size_t cluster : members) {
      stands_back_[cluster] = users_[cluster] == 0 && found ? 1 : 0;
      found = found || users_[cluster] == 0;
    }
  }
  // Wholes after their parts: from the top down.
  const auto& clusters = tree_.clusters();
  for (std::size_t i = clusters.size() - 1; i-- > 0;) {
    if (stands_back_[clusters[i].parent] != 0) stands_back_[i] = 1;
  }
}

}  // namespace acceld::placement
