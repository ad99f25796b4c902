#include "placement/search/forest_bound.h"

#include <algorithm>

namespace acceld::placement {
namespace {

Cost Least(const std::vector<Cost>& costs) {
  return *std::min_element(costs.begin(), costs.end());
}

}  // namespace

ForestBound::ForestBound(const Problem& problem,
                         const std::vector<ForestNode>& forest)
    : problem_(problem),
      forest_(forest),
      minima_(forest.size()),
      rest_(forest.size()),
      root_(problem.classes.size(), kNone) {
  PrepareMinima();
}

std::int64_t ForestBound::WorkOf(const Problem& problem,
                                 const std::vector<ForestNode>& forest) {
  const auto values = [&](std::size_t node) {
    return static_cast<std::int64_t>(
        problem.classes[forest[node].values].domain.size());
  };
  std::int64_t work = 0;
  for (std::size_t node = 0; node < forest.size(); ++node) {
    if (forest[node].parent != kNone) {
      work += values(node) * values(forest[node].parent);
    }
    for (const std::size_t other : forest[node].earlier) {
      work += values(node) * values(other);
    }
  }
  return work;
}

void ForestBound::PrepareMinima() {
  for (std::size_t node = 0; node < forest_.size(); ++node) {
    const std::size_t mine = forest_[node].values;
    for (const std::size_t other : forest_[node].earlier) {
      std::vector<Cost>& least = minima_[node].emplace_back();
      for (std::size_t value = 0; value < problem_.classes[mine].domain.size();
           ++value) {
        least.push_back(
            Least(problem_.tables->Costs(mine, value, forest_[other].values)));
      }
    }
  }
}

Cost ForestBound::Bound(const State& state) {
  work_ = 0;
  std::fill(root_.begin(), root_.end(), kNone);
  sum_ = state.total();
  for (std::size_t node = 0; node < forest_.size(); ++node) {
    if (IsOpen(node, state)) Collect(node, state);
  }
  for (std::size_t node = forest_.size(); node-- > 0;) {
    if (!IsOpen(node, state)) continue;
    const ForestNode& it = forest_[node];
    if (it.parent != kNone && IsOpen(it.parent, state)) {
      SendToParent(node);
      continue;
    }
    sum_ = AddCost(sum_, Least(rest_[node]));
    const std::size_t next = state.chosen()[it.values].size();
    if (static_cast<std::size_t>(it.replica) == next) root_[it.values] = node;
  }
  return sum_;
}

// What the values of an open variable cost without its children.
void ForestBound::Collect(std::size_t node, const State& state) {
  const ForestNode& it = forest_[node];
  rest_[node] = state.charges(it.values);
  for (std::size_t e = 0; e < it.earlier.size(); ++e) {
    if (!IsOpen(it.earlier[e], state)) continue;  // its cost is counted
    const std::vector<Cost>& least = minima_[node][e];
    for (std::size_t value = 0; value < least.size(); ++value) {
      rest_[node][value] = AddCost(rest_[node][value], least[value]);
    }
  }
}

void ForestBound::SendToParent(std::size_t node) {
  const std::size_t parent = forest_[node].parent;
  const std::vector<Cost>& mine = rest_[node];
  std::vector<Cost>& theirs = rest_[parent];
  for (std::size_t value = 0; value < theirs.size(); ++value) {
    if (theirs[value] >= kForbidden) continue;  // leaves its row uncomputed
    const std::vector<Cost>& row = problem_.tables->Costs(
        forest_[parent].values, value, forest_[node].values);
    Cost least = kForbidden;
    for (std::size_t i = 0; i < mine.size(); ++i) {
      least = std::min(least, row[i] + mine[i]);
    }
    theirs[value] = AddCost(theirs[value], AddCost(least, 0));  // clamps
    work_ += static_cast<std::int64_t>(mine.size());
  }
}

Cost ForestBound::BoundWith(std::size_t c, std::size_t value) const {
  const std::vector<Cost>& rest = rest_[root_[c]];
  if (rest[value] >= kForbidden || sum_ >= kForbidden) return kForbidden;
  // Saturated sums cannot be taken apart again; the whole still bounds.
  if (sum_ >= kMaxCost) return sum_;
  return AddCost(sum_ - Least(rest), rest[value]);
}

}  // namespace acceld::placement
