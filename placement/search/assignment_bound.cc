#include "placement/search/assignment_bound.h"

#include <algorithm>

namespace acceld::placement {
namespace {

// Charges beyond this count as this much: the sum over all variables must fit.
constexpr Cost kMostCharge = Cost{1} << 54;

Cost Clamp(Cost cost) { return std::min(cost, kMostCharge); }

}  // namespace

AssignmentBound::AssignmentBound(const Problem& problem, const Sites& sites,
                                 const Geometry& geometry)
    : problem_(problem),
      sites_(sites),
      group_(geometry.group),
      near_(geometry.near),
      tied_to_(problem.classes.size()),
      in_group_(geometry.near.size()),
      common_(sites.size()),
      room_(sites.size()),
      column_(sites.size()),
      charges_(problem.classes.size()),
      first_row_(problem.classes.size()),
      ties_(problem.classes.size()),
      reach_(geometry.near.size()),
      places_(geometry.near.size()),
      nearest_(geometry.near.size()) {
  for (std::size_t site = 0; site < sites.size(); ++site) FindCommon(site);
  for (std::size_t c = 0; c < problem.classes.size(); ++c) {
    auto& members = in_group_[group_[c]];
    members.assign(sites.size(), false);
    for (const std::size_t site : sites.site[c]) members[site] = true;
  }
  RankTies();
}

void AssignmentBound::FindCommon(std::size_t site) {
  bool is_first = true;
  auto& common = common_[site];
  for (std::size_t c = 0; c < problem_.classes.size(); ++c) {
    const std::size_t value = sites_.value[c][site];
    if (value == kNone) continue;
    const auto& uses = problem_.classes[c].uses[value];
    if (is_first) common = uses;
    is_first = false;
    std::erase_if(common, [&](Consumption& one) {
      const auto same =
          std::find_if(uses.begin(), uses.end(), [&](const Consumption& use) {
            return use.resource == one.resource && use.amount > 0 && !use.once;
          });
      if (same == uses.end()) return true;
      one.amount = std::min(one.amount, same->amount);
      return false;
    });
  }
}

// Weights and distances are clamped so that no sum of products overflows;
// smaller ones only make the bound less.
void AssignmentBound::RankTies() {
  Cost heaviest = 1;
  for (std::size_t c = 0; c < tied_to_.size(); ++c) {
    Cost all = 0;
    for (std::size_t other = 0; other < tied_to_.size(); ++other) {
      const PairCosts* costs = problem_.tables->Find(c, other);
      if (costs == nullptr || costs->weight() == 0) continue;
      tied_to_[c].push_back({other, Clamp(costs->weight()), 0});
      all = AddCost(all, MultiplyCost(tied_to_[c].back().weight,
                                      problem_.classes[other].count));
    }
    std::stable_sort(
        tied_to_[c].begin(), tied_to_[c].end(),
        [](const Tie& a, const Tie& b) { return a.weight > b.weight; });
    heaviest = std::max(heaviest, all);
  }
  const Cost farthest = kMostCharge / heaviest;
  for (auto& lists : near_) {
    for (auto& list : lists) {
      for (Near& near : list) near.cost = std::min(near.cost, farthest);
    }
  }
}

std::int64_t AssignmentBound::RoomAt(const State& state,
                                     std::size_t site) const {
  std::int64_t room = 0;
  for (std::size_t c = 0; c < problem_.classes.size(); ++c) {
    const std::int64_t open = state.open(c);
    const std::size_t value = open == 0 ? kNone : sites_.value[c][site];
    if (value == kNone || state.costs(c)[value] >= kForbidden) continue;
    std::int64_t mine = open;
    for (const Consumption& use : problem_.classes[c].uses[value]) {
      if (use.amount <= 0 || use.once) continue;
      mine = std::min(mine, state.left(use.resource) / use.amount);
    }
    room += mine;
  }
  for (const Consumption& use : common_[site]) {
    room = std::min(room, state.left(use.resource) / use.amount);
  }
  return room;
}

void AssignmentBound::FindRoom(const State& state) {
  columns_.clear();
  capacity_.clear();
  for (std::size_t site = 0; site < sites_.size(); ++site) {
    room_[site] = RoomAt(state, site);
    column_[site] = kNone;
    if (room_[site] == 0) continue;
    column_[site] = columns_.size();
    columns_.push_back(site);
    capacity_.push_back(room_[site]);
  }
}

// What a variable of the class is tied to among the open ones, heaviest first:
// the heaviest tie gets the nearest end.
void AssignmentBound::ListTies(const State& state, std::size_t c) {
  auto& ties = ties_[c];
  ties.clear();
  std::fill(places_.begin(), places_.end(), 0);
  for (const Tie& tie : tied_to_[c]) {
    const std::int64_t open = state.open(tie.c) - (tie.c == c ? 1 : 0);
    std::size_t& place = places_[group_[tie.c]];
    for (std::int64_t i = 0; i < open; ++i) {
      ties.push_back({tie.c, tie.weight, place++});
    }
  }
  for (std::size_t group = 0; group < reach_.size(); ++group) {
    reach_[group] = std::max(reach_[group], places_[group]);
  }
}

// The least distances from the column's site to room in the group.
void AssignmentBound::FillNearest(std::size_t column, std::size_t group) {
  const std::size_t site = columns_[column];
  const std::size_t reach = reach_[group];
  Cost* const least = nearest_[group].data() + column * reach;
  std::size_t found = 0;
  if (in_group_[group][site]) {
    // One place here is the variable's own.
    found = std::min(static_cast<std::size_t>(room_[site] - 1), reach);
    std::fill(least, least + found, 0);
  }
  Cost last = 0;
  for (const Near& near : near_[group][site]) {
    if (found >= reach) break;
    ++work_;
    last = near.cost;
    const auto places =
        std::min(static_cast<std::size_t>(room_[near.site]), reach - found);
    std::fill(least + found, least + found + places, last);
    found += places;
  }
  // Beyond the sites that were listed, none is nearer than the last.
  std::fill(least + found, least + reach, last);
}

void AssignmentBound::FillCharges(const State& state, std::size_t c) {
  auto& charges = charges_[c];
  charges.resize(columns_.size());
  const std::vector<Cost>& costs = state.charges(c);
  const auto& values = sites_.value[c];
  for (std::size_t column = 0; column < columns_.size(); ++column) {
    const std::size_t value = values[columns_[column]];
    if (value == kNone || costs[value] >= kForbidden) {
      charges[column] = kForbidden;
      continue;
    }
    Cost charge = 2 * Clamp(costs[value]);
    for (const Tie& tie : ties_[c]) {
      const std::size_t group = group_[tie.c];
      charge +=
          tie.weight * nearest_[group][column * reach_[group] + tie.place];
    }
    charges[column] = Clamp(charge);
  }
  work_ += static_cast<std::int64_t>(columns_.size() * (1 + ties_[c].size()));
}

Cost AssignmentBound::Bound(const State& state) {
  work_ = static_cast<std::int64_t>(sites_.size());
  FindRoom(state);
  std::fill(reach_.begin(), reach_.end(), 0);
  for (std::size_t c = 0; c < problem_.classes.size(); ++c) {
    if (state.open(c) > 0) ListTies(state, c);
  }
  for (std::size_t group = 0; group < reach_.size(); ++group) {
    if (reach_[group] == 0) continue;
    nearest_[group].resize(columns_.size() * reach_[group]);
    for (std::size_t column = 0; column < columns_.size(); ++column) {
      FillNearest(column, group);
    }
  }
  rows_.clear();
  for (std::size_t c = 0; c < problem_.classes.size(); ++c) {
    const std::int64_t open = state.open(c);
    if (open == 0) continue;
    FillCharges(state, c);
    first_row_[c] = rows_.size();
    rows_.insert(rows_.end(), static_cast<std::size_t>(open),
                 charges_[c].data());
  }
  work_ += static_cast<std::int64_t>(rows_.size() * columns_.size());
  if (!transport_.Solve(rows_, capacity_)) return kForbidden;
  base_ = state.total();
  return AddCost(base_, (transport_.total() + 1) / 2);
}

Cost AssignmentBound::BoundWith(std::size_t c, std::size_t site) const {
  const std::size_t column = column_[site];
  const std::size_t row = first_row_[c];
  const Cost extra = charges_[c][column] - transport_.row_price(row) -
                     transport_.column_price(column);
  return AddCost(base_, (transport_.total() + extra + 1) / 2);
}

}  // namespace acceld::placement
