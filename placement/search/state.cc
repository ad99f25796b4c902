#include "placement/search/state.h"

#include <algorithm>

namespace acceld::placement {

State::State(const Problem& problem)
    : problem_(problem),
      users_(problem.capacity.size()),
      chosen_(problem.classes.size()) {
  for (const VariableClass& values : problem.classes) {
    variables_ += static_cast<std::size_t>(values.count);
  }
  levels_.resize(variables_ + 1);
  levels_[0].left = problem.capacity;
  for (std::size_t c = 0; c < problem.classes.size(); ++c) {
    const VariableClass& values = problem.classes[c];
    levels_[0].costs.push_back(values.unary);
    for (std::size_t value = 0; value < values.uses.size(); ++value) {
      for (const Consumption& use : values.uses[value]) {
        users_[use.resource].push_back({c, value, use});
        counts_places_ = counts_places_ || use.once;
      }
    }
  }
  for (std::size_t r = 0; r < users_.size(); ++r) ForbidOverfull(r);
  if (problem.loads != nullptr) links_.emplace(problem);
  if (problem.activations.empty()) return;
  ListClassesOfGroups();
  FillCharges();
}

void State::ListClassesOfGroups() {
  const Activations& all = problem_.activations;
  classes_in_.resize(all.cost.size());
  users_in_.resize(all.cost.size());
  shares_.resize(all.cost.size());
  for (std::size_t c = 0; c < all.groups.size(); ++c) {
    for (const auto& groups : all.groups[c]) {
      for (const std::size_t group : groups) {
        auto& classes = classes_in_[group];
        if (classes.empty() || classes.back() != c) classes.push_back(c);
      }
    }
  }
}

Cost State::Added(std::size_t c, std::size_t value) const {
  Cost cost = costs(c)[value];
  if (problem_.activations.empty()) return cost;
  for (const std::size_t group : problem_.activations.groups[c][value]) {
    if (IsPaid(group)) continue;
    cost = AddCost(cost, problem_.activations.cost[group]);
  }
  return cost;
}

std::int64_t State::OpenIn(std::size_t group) const {
  std::int64_t open_variables = 0;
  for (const std::size_t c : classes_in_[group]) open_variables += open(c);
  return std::min(open_variables,
                  problem_.activations.most[group] - users_in_[group]);
}

Cost State::Share(std::size_t group) const {
  if (IsPaid(group)) return 0;
  const std::int64_t sharers = OpenIn(group);
  return sharers > 0 ? problem_.activations.cost[group] / sharers : 0;
}

void State::Activate(std::size_t c, std::size_t value) {
  for (const std::size_t group : problem_.activations.groups[c][value]) {
    if (users_in_[group]++ == 0) activated_.push_back(group);
  }
}

void State::FillCharges() {
  Level& level = levels_[depth_];
  for (std::size_t group = 0; group < shares_.size(); ++group) {
    shares_[group] = Share(group);
  }
  level.charges = level.costs;
  for (std::size_t c = 0; c < chosen_.size(); ++c) {
    if (open(c) == 0) continue;
    std::vector<Cost>& charges = level.charges[c];
    for (std::size_t value = 0; value < charges.size(); ++value) {
      for (const std::size_t group : problem_.activations.groups[c][value]) {
        charges[value] = AddCost(charges[value], shares_[group]);
      }
    }
  }
}

void State::Choose(std::size_t c, std::size_t value) {
  const Level& above = levels_[depth_];
  Level& below = levels_[depth_ + 1];
  below.total = AddCost(above.total, Added(c, value));
  below.costs = above.costs;
  below.left = above.left;
  if (links_) links_->Choose(c, value, chosen_);
  chosen_[c].push_back(value);
  order_.push_back(c);
  ++depth_;
  for (std::size_t other = 0; other < chosen_.size(); ++other) {
    if (open(other) == 0 || problem_.tables->Find(c, other) == nullptr) {
      continue;
    }
    const std::vector<Cost>& row = problem_.tables->Costs(c, value, other);
    std::vector<Cost>& costs = below.costs[other];
    for (std::size_t i = 0; i < costs.size(); ++i) {
      costs[i] = AddCost(costs[i], row[i]);
    }
  }
  for (const Consumption& use : problem_.classes[c].uses[value]) {
    below.left[use.resource] -= AmountOf(c, value, use);
  }
  if (counts_places_) ++users_at_[problem_.classes[c].domain[value]];
  for (const Consumption& use : problem_.classes[c].uses[value]) {
    ForbidOverfull(use.resource);
  }
  if (!problem_.limits.empty()) ForbidTooFar(c, value);
  if (links_) links_->Forbid(chosen_, below.costs);
  if (problem_.activations.empty()) return;
  Activate(c, value);
  FillCharges();
}

void State::Undo() {
  if (links_) links_->Undo();
  const std::size_t c = order_.back();
  if (!problem_.activations.empty()) {
    for (const std::size_t group :
         problem_.activations.groups[c][chosen_[c].back()]) {
      // What the last choice activated is last.
      if (--users_in_[group] == 0) activated_.pop_back();
    }
  }
  if (counts_places_) {
    const auto at =
        users_at_.find(problem_.classes[c].domain[chosen_[c].back()]);
    if (--at->second == 0) users_at_.erase(at);
  }
  chosen_[c].pop_back();
  order_.pop_back();
  --depth_;
}

// Values that take more of the resource than is left.
void State::ForbidOverfull(std::size_t resource) {
  Level& level = levels_[depth_];
  for (const User& user : users_[resource]) {
    if (AmountOf(user.c, user.value, user.use) > level.left[resource]) {
      level.costs[user.c][user.value] = kForbidden;
    }
  }
}

// Latency limits through a buffer: where the new choice is the second of the
// three, forbids values of the third.
void State::ForbidTooFar(std::size_t c, std::size_t value) {
  for (const PathLimit& limit : problem_.limits) {
    const std::array<std::size_t, 3> roles{limit.from, limit.buffer, limit.to};
    for (std::size_t mine = 0; mine < roles.size(); ++mine) {
      if (roles[mine] != c) continue;
      for (std::size_t known = 0; known < roles.size(); ++known) {
        if (known == mine) continue;
        const std::size_t third = 3 - mine - known;
        if (open(roles[third]) == 0) continue;
        for (const std::size_t other : chosen_[roles[known]]) {
          std::array<graph::VertexId, 3> ends;
          ends[mine] = problem_.classes[c].domain[value];
          ends[known] = problem_.classes[roles[known]].domain[other];
          ForbidByLimit(limit, roles[third], ends, third);
        }
      }
    }
  }
}

void State::ForbidByLimit(const PathLimit& limit, std::size_t open_class,
                          std::array<graph::VertexId, 3> ends,
                          std::size_t open) {
  std::vector<Cost>& costs = levels_[depth_].costs[open_class];
  const auto& domain = problem_.classes[open_class].domain;
  for (std::size_t value = 0; value < costs.size(); ++value) {
    ends[open] = domain[value];
    const auto in = problem_.paths->LatencyBetween(ends[0], ends[1]);
    const auto out = problem_.paths->LatencyBetween(ends[1], ends[2]);
    if (!in || !out || *in + *out > limit.limit) costs[value] = kForbidden;
  }
}

}  // namespace acceld::placement
