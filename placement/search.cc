#include "placement/search.h"

#include <algorithm>

#include "placement/improve.h"

namespace acceld::placement {
namespace {

// Cells of cost tables between two looks at the clock: some 30 us of work,
// against which reading it (about 25 ns) does not count.
constexpr std::int64_t kWorkPerLook = 65536;
// What a node costs at least, in cells.
constexpr std::int64_t kWorkPerNode = 512;

Cost Least(const std::vector<Cost>& costs) {
  return *std::min_element(costs.begin(), costs.end());
}

}  // namespace

Search::Search(const Problem& problem, const SearchLimits& limits,
               const Clock& clock)
    : problem_(problem), limits_(limits), clock_(clock) {}

SearchResult Search::Run() {
  SearchResult result;
  work_ = kWorkPerLook;  // look at the clock before anything is computed
  if (!Stopped()) {
    order_ = OrderVariables(problem_);
    interchange_ = FindInterchangeable(problem_);
    PrepareMinima();
    chosen_.resize(order_.size());
    rest_.resize(order_.size());
    site_users_.resize(interchange_.set.size());
    levels_.resize(order_.size() + 1);
    for (const SearchVariable& variable : order_) {
      levels_[0].costs.push_back(problem_.classes[variable.values].unary);
    }
    levels_[0].left = problem_.capacity;
    for (std::size_t p = 0; p < order_.size(); ++p) ForbidOverfull(p, 0);
    Visit(0, 0);
  } else {
    open_bound_ = 0;
  }
  result.nodes = nodes_;
  result.complete = !stopped_;
  result.total = best_total_;
  result.lower_bound = std::min(best_total_, open_bound_);
  if (best_.empty()) return result;
  result.values.emplace();
  for (const VariableClass& values : problem_.classes) {
    result.values->emplace_back(static_cast<std::size_t>(values.count));
  }
  for (std::size_t p = 0; p < order_.size(); ++p) {
    const auto replica = static_cast<std::size_t>(order_[p].replica);
    (*result.values)[order_[p].values][replica] = best_[p];
  }
  return result;
}

void Search::Visit(std::size_t position, Cost bound) {
  if (Stopped()) {
    open_bound_ = std::min(open_bound_, bound);
    return;
  }
  if (position == order_.size()) {
    Record(levels_[position].total);
    return;
  }
  ++nodes_;
  work_ += kWorkPerNode;
  const std::vector<Child> children = Branch(position);
  for (const Child& child : children) {
    if (child.bound >= best_total_) return;
    if (stopped_) {
      open_bound_ = std::min(open_bound_, child.bound);
      return;  // the children that follow have no lower bound
    }
    const std::size_t site =
        interchange_.site[order_[position].values][child.value];
    ++site_users_[site];
    Choose(position, child.value);
    Visit(position + 1, child.bound);
    --site_users_[site];
  }
}

std::vector<Search::Child> Search::Branch(std::size_t position) {
  const Level& level = levels_[position];
  const Cost others = AddCost(level.total, BoundRest(position));
  std::vector<Child> children;
  if (others >= best_total_) return children;
  const std::vector<bool> tried = Representatives(position);
  const std::size_t twin = order_[position].twin;
  // Replicas are interchangeable: a later one takes no smaller value.
  const std::size_t from = twin == kNone ? 0 : chosen_[twin];
  for (std::size_t value = from; value < DomainSize(position); ++value) {
    if (!tried[value]) continue;
    const Cost bound = AddCost(others, rest_[position][value]);
    if (bound < best_total_) children.push_back({bound, value});
  }
  // Stable: values are in key order.
  std::stable_sort(
      children.begin(), children.end(),
      [](const Child& a, const Child& b) { return a.bound < b.bound; });
  return children;
}

Cost Search::BoundRest(std::size_t position) {
  const Level& level = levels_[position];
  for (std::size_t p = position; p < order_.size(); ++p) {
    rest_[p] = level.costs[p];
    for (std::size_t e = 0; e < order_[p].earlier.size(); ++e) {
      if (order_[p].earlier[e] < position) continue;  // its cost is counted
      const std::vector<Cost>& least = minima_[p][e];
      for (std::size_t value = 0; value < least.size(); ++value) {
        rest_[p][value] = AddCost(rest_[p][value], least[value]);
      }
    }
  }
  Cost others = 0;
  for (std::size_t p = order_.size(); p-- > position + 1;) {
    const std::size_t parent = order_[p].parent;
    if (parent != kNone && parent >= position) {
      SendToParent(p);
    } else {
      others = AddCost(others, Least(rest_[p]));
    }
  }
  return others;
}

void Search::SendToParent(std::size_t position) {
  const std::size_t parent = order_[position].parent;
  const std::vector<Cost>& mine = rest_[position];
  std::vector<Cost>& theirs = rest_[parent];
  for (std::size_t value = 0; value < theirs.size(); ++value) {
    if (theirs[value] >= kForbidden) continue;  // leaves its row uncomputed
    const std::vector<Cost>& row = problem_.tables->Costs(
        order_[parent].values, value, order_[position].values);
    Cost least = kForbidden;
    for (std::size_t i = 0; i < mine.size(); ++i) {
      least = std::min(least, row[i] + mine[i]);
    }
    theirs[value] = AddCost(theirs[value], AddCost(least, 0));  // clamps
    work_ += static_cast<std::int64_t>(mine.size());
  }
}

// Of interchangeable values that nobody uses yet, the first stands for all.
// Together with the order of replicas this keeps the lexicographically least of
// every set of equivalent placements: exchanging two unused values, like
// exchanging two replicas, would only make it smaller.
std::vector<bool> Search::Representatives(std::size_t position) const {
  const auto& sites = interchange_.site[order_[position].values];
  std::vector<bool> tried(sites.size(), true);
  std::vector<bool> met(interchange_.set.size());
  for (std::size_t value = 0; value < sites.size(); ++value) {
    if (site_users_[sites[value]] > 0) continue;
    const std::size_t set = interchange_.set[sites[value]];
    tried[value] = !met[set];
    met[set] = true;
  }
  return tried;
}

void Search::Choose(std::size_t position, std::size_t value) {
  const Level& above = levels_[position];
  Level& below = levels_[position + 1];
  chosen_[position] = value;
  below.total = AddCost(above.total, above.costs[position][value]);
  below.costs = above.costs;
  below.left = above.left;
  const std::size_t mine = order_[position].values;
  for (const std::size_t p : order_[position].later) {
    const std::vector<Cost>& row =
        problem_.tables->Costs(mine, value, order_[p].values);
    std::vector<Cost>& costs = below.costs[p];
    for (std::size_t i = 0; i < costs.size(); ++i) {
      costs[i] = AddCost(costs[i], row[i]);
    }
  }
  for (const Consumption& use : problem_.classes[mine].uses[value]) {
    below.left[use.resource] -= use.amount;
  }
  for (std::size_t p = position + 1; p < order_.size(); ++p) {
    ForbidOverfull(p, position + 1);
  }
  ForbidTooFar(position);
}

// Forbids the values at `position` for which too little is left at `depth`.
void Search::ForbidOverfull(std::size_t position, std::size_t depth) {
  Level& level = levels_[depth];
  const auto& uses = problem_.classes[order_[position].values].uses;
  std::vector<Cost>& costs = level.costs[position];
  for (std::size_t value = 0; value < uses.size(); ++value) {
    for (const Consumption& use : uses[value]) {
      if (use.amount > level.left[use.resource]) costs[value] = kForbidden;
    }
  }
}

// Latency limits through a buffer: where `position` was the second of the three
// to be chosen, forbids values of the third.
void Search::ForbidTooFar(std::size_t position) {
  for (const PathLimit& limit : problem_.limits) {
    for (std::size_t other = 0; other < position; ++other) {
      for (std::size_t p = position + 1; p < order_.size(); ++p) {
        ForbidByLimit(limit, {position, other, p});
      }
    }
  }
}

// `positions`: two chosen ones and an open one, in any roles.
void Search::ForbidByLimit(const PathLimit& limit,
                           const std::array<std::size_t, 3>& positions) {
  const std::size_t open = positions[2];
  const std::array<std::size_t, 3> roles{limit.from, limit.buffer, limit.to};
  std::array<std::size_t, 3> at{kNone, kNone, kNone};
  for (std::size_t role = 0; role < roles.size(); ++role) {
    for (const std::size_t p : positions) {
      if (order_[p].values == roles[role]) at[role] = p;
    }
    if (at[role] == kNone) return;
  }
  const auto vertex = [&](std::size_t p, std::size_t value) {
    return problem_.classes[order_[p].values].domain[value];
  };
  std::vector<Cost>& costs = levels_[positions[0] + 1].costs[open];
  for (std::size_t value = 0; value < costs.size(); ++value) {
    std::array<graph::VertexId, 3> ends;
    for (std::size_t role = 0; role < ends.size(); ++role) {
      const std::size_t p = at[role];
      ends[role] = vertex(p, p == open ? value : chosen_[p]);
    }
    const auto in = problem_.LatencyBetween(ends[0], ends[1]);
    const auto out = problem_.LatencyBetween(ends[1], ends[2]);
    if (!in || !out || *in + *out > limit.limit) costs[value] = kForbidden;
  }
}

void Search::Record(Cost total) {
  best_ = chosen_;
  best_total_ = total;
  if (limits_.first_only) {
    stopped_ = true;
    return;
  }
  best_total_ = Improve(
      problem_, order_, [this] { return Stopped(); }, total, best_);
}

bool Search::Stopped() {
  if (stopped_) return true;
  if (nodes_ >= limits_.max_nodes) stopped_ = true;
  if (work_ >= kWorkPerLook) {
    work_ = 0;
    if (clock_.Now() >= limits_.deadline) stopped_ = true;
  }
  return stopped_;
}

void Search::PrepareMinima() {
  minima_.resize(order_.size());
  for (std::size_t p = 0; p < order_.size(); ++p) {
    for (const std::size_t other : order_[p].earlier) {
      std::vector<Cost>& least = minima_[p].emplace_back();
      for (std::size_t value = 0; value < DomainSize(p); ++value) {
        least.push_back(Least(problem_.tables->Costs(order_[p].values, value,
                                                     order_[other].values)));
      }
    }
  }
}

}  // namespace acceld::placement
