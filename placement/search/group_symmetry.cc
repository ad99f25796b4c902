#include "placement/search/group_symmetry.h"

#include <algorithm>
#include <set>

namespace acceld::placement {

GroupSymmetry::GroupSymmetry(const Problem& problem, const State& start,
                             const Sites& sites)
    : of_site_(sites.size()) {
  const Activations& all = problem.activations;
  std::vector<Places> groups(all.cost.size());
  for (std::size_t c = 0; c < sites.site.size(); ++c) {
    for (std::size_t value = 0; value < sites.site[c].size(); ++value) {
      for (const std::size_t group : all.groups[c][value]) {
        groups[group].emplace_back(c, sites.site[c][value]);
      }
    }
  }
  for (std::size_t group = 0; group < groups.size(); ++group) {
    if (start.IsPaid(group) || groups[group].empty()) continue;
    std::sort(groups[group].begin(), groups[group].end());
    Cost& cost = cost_[std::move(groups[group])];
    cost = AddCost(cost, all.cost[group]);
  }
  for (const auto& [places, cost] : cost_) {
    for (const auto& [c, site] : places) {
      auto& mine = of_site_[site];
      if (mine.empty() || mine.back() != &places) mine.push_back(&places);
    }
  }
}

bool GroupSymmetry::Maps(const std::vector<std::size_t>& image,
                         const std::vector<std::size_t>& moved,
                         std::int64_t& work) const {
  std::set<const Places*> seen;
  Places other;
  for (const std::size_t site : moved) {
    for (const Places* places : of_site_[site]) {
      if (!seen.insert(places).second) continue;
      work -= static_cast<std::int64_t>(places->size());
      if (work < 0) return false;
      other.clear();
      for (const auto& [c, at] : *places) other.emplace_back(c, image[at]);
      std::sort(other.begin(), other.end());
      const auto found = cost_.find(other);
      if (found == cost_.end() || found->second != cost_.at(*places)) {
        return false;
      }
    }
  }
  return true;
}

}  // namespace acceld::placement
