#include "placement/search/cluster_bound.h"

#include <algorithm>

namespace acceld::placement {
namespace {

// Cells of tables that are kept: of all types together, and of one type's
// wholes without some of their parts.
constexpr std::size_t kMostCells = std::size_t{1} << 23;
constexpr std::size_t kMostRestCells = std::size_t{1} << 20;

std::vector<std::int64_t> OpenOf(const Problem& problem, const State& start) {
  std::vector<std::int64_t> counts;
  for (std::size_t c = 0; c < problem.classes.size(); ++c) {
    counts.push_back(start.open(c));
  }
  return counts;
}

// Whether no sum can saturate.
bool IsExact(const Problem& problem, const State& start,
             const ClusterTree& tree) {
  Cost most = 0;
  const Cost height = tree.clusters().back().height;
  for (std::size_t a = 0; a < problem.classes.size(); ++a) {
    if (start.open(a) == 0) continue;
    Cost highest = 0;
    for (const Cost cost : start.charges(a)) {
      if (cost < kForbidden) highest = std::max(highest, cost);
    }
    most = AddCost(most, MultiplyCost(highest, start.open(a)));
    for (std::size_t b = a; b < problem.classes.size(); ++b) {
      const PairCosts* costs = problem.tables->Find(a, b);
      if (costs == nullptr) continue;
      const Cost pairs = start.open(a) * start.open(b);
      most = AddCost(
          most, MultiplyCost(MultiplyCost(costs->weight(), height), pairs));
    }
  }
  return most < kMaxCost;
}

}  // namespace

std::unique_ptr<ClusterBound> ClusterBound::Make(const Problem& problem,
                                                 const State& start,
                                                 const Sites& sites,
                                                 const ClusterTree& tree,
                                                 const Meter& stopped) {
  if (!Counts::Fits(OpenOf(problem, start)) || !IsExact(problem, start, tree)) {
    return nullptr;
  }
  auto bound = std::unique_ptr<ClusterBound>(
      new ClusterBound(problem, start, sites, tree, stopped));
  return bound->is_sound_ ? std::move(bound) : nullptr;
}

ClusterBound::ClusterBound(const Problem& problem, const State& start,
                           const Sites& sites, const ClusterTree& tree,
                           const Meter& stopped)
    : problem_(problem),
      sites_(sites),
      tree_(tree),
      counts_(OpenOf(problem, start)),
      variables_(start.open()),
      types_(tree.types()),
      placed_(tree.clusters().size()),
      tried_{kNone, kNone} {
  if (tree.clusters().size() > kMostCells / counts_.size()) return;
  for (std::size_t c = 0; c < problem.classes.size(); ++c) {
    cost_.push_back(start.charges(c));
  }
  for (std::size_t g = 0; g < problem.activations.cost.size(); ++g) {
    share_.push_back(start.Share(g));
  }
  SumWeights();
  for (std::size_t i = 0; i < tree.clusters().size(); ++i) {
    FillType(i, start);
    const auto parts =
        static_cast<std::int64_t>(tree.clusters()[i].parts.size() + 1);
    if (stopped(parts * counts_.pairs())) return;
  }
  NumberPositions();
  is_sound_ = true;
}

void ClusterBound::SumWeights() {
  weight_.resize(counts_.size());
  const std::size_t classes = problem_.classes.size();
  for (std::size_t a = 0; a < classes; ++a) {
    for (std::size_t b = a; b < classes; ++b) {
      const PairCosts* costs = problem_.tables->Find(a, b);
      if (costs == nullptr || costs->weight() == 0) continue;
      for (Code code = 0; code < counts_.size(); ++code) {
        const std::int64_t x = counts_.Of(code, a);
        const std::int64_t y = counts_.Of(code, b);
        weight_[code] += costs->weight() * (a == b ? x * (x - 1) / 2 : x * y);
      }
    }
  }
}

void ClusterBound::FillType(std::size_t cluster, const State& start) {
  const Cluster& it = tree_.clusters()[cluster];
  Type& type = types_[it.type];
  if (!type.least.empty()) return;
  if (it.site != kNone) {
    type.least = SiteTable(it.site, counts_.all(), start);
    return;
  }
  type.height = it.height;
  FillParts(type, it);
  type.least = Rest(type, counts_.all(), {});
  for (Code code = 0; code < counts_.size(); ++code) {
    if (type.least[code] >= kForbidden) continue;
    type.least[code] += type.height * weight_[code];
  }
}

void ClusterBound::FillParts(Type& whole, const Cluster& cluster) {
  // More parts than variables cannot all be used.
  const std::size_t most = variables_;
  for (const std::size_t part : cluster.parts) {
    const std::size_t type = tree_.clusters()[part].type;
    if (whole.parts.empty() || whole.parts.back().type != type) {
      Table none(counts_.size(), kForbidden);
      none[0] = 0;
      whole.parts.push_back({type, 0, {std::move(none)}});
    }
    ++whole.parts.back().all;
    auto& combined = whole.parts.back().combined;
    if (combined.size() > most) continue;
    if (combined.size() == 1) {
      combined.push_back(types_[type].least);
      Discount(combined.back(), whole.height, 0, counts_.all());
    } else {
      Table more = combined.back();
      Combine(more, combined[1], counts_.all());
      combined.push_back(std::move(more));
    }
  }
}

void ClusterBound::NumberPositions() {
  std::map<std::pair<std::size_t, std::size_t>, std::size_t> numbers;
  const auto& clusters = tree_.clusters();
  position_.resize(sites_.size());
  for (std::size_t site = 0; site < sites_.size(); ++site) {
    std::size_t below = kNone;
    for (std::size_t c = site; c != kNone; c = clusters[c].parent) {
      below = numbers.try_emplace({clusters[c].type, below}, numbers.size())
                  .first->second;
      position_[site].push_back(below);
    }
  }
}

bool ClusterBound::Fits(std::size_t site, Code code, const State& state) const {
  std::map<std::size_t, std::int64_t> taken;  // by resource
  for (std::size_t c = 0; c < problem_.classes.size(); ++c) {
    std::int64_t count = counts_.Of(code, c);
    const bool extra = tried_.site == site && tried_.c == c;
    if (count == 0 && !extra) continue;
    const std::size_t value = sites_.value[c][site];
    if (value == kNone) return false;
    if (count > 0 && state.costs(c)[value] >= kForbidden) return false;
    if (extra) ++count;
    for (const Consumption& use : problem_.classes[c].uses[value]) {
      // Left aside: what others take elsewhere decides, which a bound need not.
      if (use.once) continue;
      const std::int64_t left = state.left(use.resource);
      std::int64_t& sum = taken[use.resource];
      if (use.amount > 0 && count > (left - sum) / use.amount) return false;
      sum += use.amount * count;
    }
  }
  return true;
}

ClusterBound::Table ClusterBound::SiteTable(std::size_t site, Code box,
                                            const State& state) const {
  Table table(counts_.size(), kForbidden);
  for (const Code* at = counts_.PartsBegin(box); at != counts_.PartsEnd(box);
       ++at) {
    if (!Fits(site, *at, state)) continue;
    Cost cost = 0;
    for (std::size_t c = 0; c < problem_.classes.size(); ++c) {
      const std::int64_t count = counts_.Of(*at, c);
      if (count == 0) continue;
      cost += count * cost_[c][sites_.value[c][site]];
    }
    table[*at] = cost;
  }
  return table;
}

const ClusterBound::Table& ClusterBound::Rest(
    Type& whole, Code box, const std::vector<std::size_t>& without) {
  const auto [entry, is_new] = whole.rest.try_emplace({box, without});
  Table& rest = entry->second;
  if (!is_new) return rest;
  for (const Parts& parts : whole.parts) {
    const auto gone = static_cast<std::size_t>(
        std::count(without.begin(), without.end(), parts.type));
    const std::size_t left = parts.all - gone;
    if (left == 0) continue;
    const Table& more = parts.Some(left);
    if (rest.empty()) {
      rest = more;
    } else {
      Combine(rest, more, box);
    }
  }
  if (rest.empty()) {
    rest.assign(counts_.size(), kForbidden);
    rest[0] = 0;
  }
  return rest;
}

void ClusterBound::Discount(Table& part, Cost height, Code placed,
                            Code box) const {
  const Code* const end = counts_.PartsEnd(box);
  for (const Code* at = counts_.PartsBegin(box); at != end; ++at) {
    if (part[*at] < kForbidden) part[*at] -= height * weight_[*at + placed];
  }
}

void ClusterBound::Combine(Table& into, const Table& discounted, Code box) {
  combined_.resize(counts_.size());
  const Code* const begin = counts_.PartsBegin(box);
  const Code* const end = counts_.PartsEnd(box);
  for (const Code* at = begin; at != end; ++at) {
    Cost least = kForbidden;
    const Code* const last = counts_.PartsEnd(*at);
    for (const Code* mine = counts_.PartsBegin(*at); mine != last; ++mine) {
      const Cost theirs = into[*at - *mine];
      // A forbidden cost and a negative one must stay forbidden.
      if (discounted[*mine] >= kForbidden || theirs >= kForbidden) continue;
      least = std::min(least, discounted[*mine] + theirs);
    }
    combined_[*at] = least;
  }
  for (const Code* at = begin; at != end; ++at) into[*at] = combined_[*at];
}

ClusterBound::Table ClusterBound::Evaluate(std::size_t cluster, Code box,
                                           const State& state) {
  const Cluster& it = tree_.clusters()[cluster];
  if (it.site != kNone) return SiteTable(it.site, box, state);
  std::vector<std::size_t> touched;
  for (const std::size_t part : it.parts) {
    if (placed_[part] != 0) touched.push_back(tree_.clusters()[part].type);
  }
  std::sort(touched.begin(), touched.end());
  Type& type = types_[it.type];
  if (type.rest.size() * counts_.size() > kMostRestCells) type.rest.clear();
  Table table = Rest(type, box, touched);
  for (const std::size_t part : it.parts) {
    if (placed_[part] == 0) continue;
    Table inside = Evaluate(part, box, state);
    Discount(inside, it.height, placed_[part], box);
    Combine(table, inside, box);
  }
  for (const Code* at = counts_.PartsBegin(box); at != counts_.PartsEnd(box);
       ++at) {
    if (table[*at] >= kForbidden) continue;
    table[*at] += it.height * weight_[*at + placed_[cluster]];
  }
  return table;
}

void ClusterBound::Mark(std::size_t c, std::size_t site, bool add) {
  const Code unit = counts_.unit(c);
  for (std::size_t i = site; i != kNone; i = tree_.clusters()[i].parent) {
    placed_[i] = add ? placed_[i] + unit : placed_[i] - unit;
  }
}

Cost ClusterBound::TreeCost(std::size_t c, std::size_t site) const {
  Cost cost = 0;
  for (const Placed& other : order_) {
    const PairCosts* costs = problem_.tables->Find(c, other.c);
    if (costs == nullptr) continue;
    cost += costs->weight() * tree_.Between(site, other.site);
  }
  return cost;
}

void ClusterBound::Place(std::size_t c, std::size_t site) {
  tree_cost_ += TreeCost(c, site);
  order_.push_back({c, site});
  Mark(c, site, true);
}

void ClusterBound::Remove() {
  const Placed last = order_.back();
  order_.pop_back();
  Mark(last.c, last.site, false);
  tree_cost_ -= TreeCost(last.c, last.site);
}

// Open variables were charged their shares of what has been paid since.
Cost ClusterBound::PaidTwice(const State& state) const {
  Cost cost = 0;
  for (const std::size_t group : state.activated()) {
    cost += share_[group] * state.OpenIn(group);
  }
  return cost;
}

// The same once a variable of class `c` is at `value` as well.
Cost ClusterBound::PaidTwiceWith(const State& state, std::size_t c,
                                 std::size_t value) const {
  if (share_.empty()) return 0;
  Cost cost = PaidTwice(state);
  for (const std::size_t group : problem_.activations.groups[c][value]) {
    // One less is open; and where it is the first, the rest pay twice.
    const std::int64_t others = state.IsPaid(group) ? 0 : state.OpenIn(group);
    cost += share_[group] * (others - 1);
  }
  return cost;
}

Cost ClusterBound::Bound(const State& state) {
  const std::size_t whole = tree_.whole();
  const Code open = counts_.all() - placed_[whole];
  const Cost least = placed_[whole] == 0
                         ? types_[tree_.clusters()[whole].type].least[open]
                         : Evaluate(whole, open, state)[open];
  if (least >= kForbidden) return kForbidden;
  return least - tree_cost_ - PaidTwice(state) + state.total();
}

// Where the site's place among the clusters without variables is the same, so
// is the bound: a number for that place, and the cluster it is a part of.
std::size_t ClusterBound::SharedWork(std::size_t site,
                                     std::size_t& cluster) const {
  std::size_t steps = 0;
  cluster = site;
  while (cluster != kNone && placed_[cluster] == 0) {
    cluster = tree_.clusters()[cluster].parent;
    ++steps;
  }
  return steps == 0 ? kNone : position_[site][steps - 1];
}

Cost ClusterBound::BoundWith(const State& state, std::size_t c,
                             std::size_t site, Cost added) {
  std::size_t cluster = kNone;
  const std::size_t place = SharedWork(site, cluster);
  const auto [entry, is_new] = memo_.try_emplace({cluster, place}, kForbidden);
  if (is_new) {
    tried_ = {c, site};
    Mark(c, site, true);
    const std::size_t whole = tree_.whole();
    const Code open = counts_.all() - placed_[whole];
    entry->second = Evaluate(whole, open, state)[open];
    Mark(c, site, false);
    tried_ = {kNone, kNone};
  }
  if (entry->second >= kForbidden) return kForbidden;
  return entry->second - tree_cost_ - TreeCost(c, site) -
         PaidTwiceWith(state, c, sites_.value[c][site]) + state.total() + added;
}

}  // namespace acceld::placement
