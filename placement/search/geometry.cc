#include "placement/search/geometry.h"

#include <algorithm>
#include <map>

namespace acceld::placement {
namespace {

class Surveyor {
 public:
  Surveyor(const Problem& problem, const Sites& sites, std::size_t variables)
      : problem_(problem),
        sites_(sites),
        row_(sites.size()),
        least_(sites.size(), kForbidden),
        nearest_(sites.size(), 0),
        joined_(sites.size(), false) {
    // A variable's neighbours fill one site each at worst, and the sites that
    // other variables have filled are passed over.
    wanted_ = 2 * variables;
  }

  std::optional<Geometry> Run(const Meter& stopped) {
    GroupClasses();
    for (std::size_t joined = 0, next = 0; joined < sites_.size(); ++joined) {
      // A lookup of a path costs as much as many cells.
      if (stopped(static_cast<std::int64_t>(32 * sites_.size()))) {
        return std::nullopt;
      }
      Join(next);
      next = NextToJoin();
    }
    BoundGaps();
    std::stable_sort(found_.tree.begin(), found_.tree.end(),
                     [](const Geometry::Edge& a, const Geometry::Edge& b) {
                       return a.cost < b.cost;
                     });
    return std::move(found_);
  }

 private:
  void GroupClasses() {
    std::map<std::vector<std::size_t>, std::size_t> numbers;
    for (const auto& domain : sites_.site) {
      std::vector<std::size_t> members = domain;
      std::sort(members.begin(), members.end());
      const auto [entry, is_new] =
          numbers.try_emplace(std::move(members), members_.size());
      if (is_new) members_.push_back(entry->first);
      found_.group.push_back(entry->second);
    }
    found_.near.resize(members_.size());
    for (auto& lists : found_.near) lists.resize(sites_.size());
  }

  // Prim's step; the row is there for the lists of near sites as well.
  void Join(std::size_t site) {
    if (least_[site] < kForbidden) {
      found_.tree.push_back({least_[site], nearest_[site], site});
    }
    joined_[site] = true;
    for (std::size_t other = 0; other < sites_.size(); ++other) {
      row_[other] = Distance(problem_, sites_, site, other);
      if (joined_[other] || row_[other] >= least_[other]) continue;
      least_[other] = row_[other];
      nearest_[other] = site;
    }
    for (std::size_t group = 0; group < members_.size(); ++group) {
      ListNear(group, site);
    }
  }

  // What no path joins is farther apart than anything else, but so little that
  // what a pipeline pays across all such gaps can be added up. A bound that
  // charges less than what is forbidden costs is still one.
  void BoundGaps() {
    Cost weight = 1;
    for (std::size_t a = 0; a < problem_.classes.size(); ++a) {
      for (std::size_t b = a; b < problem_.classes.size(); ++b) {
        const PairCosts* costs = problem_.tables->Find(a, b);
        if (costs == nullptr) continue;
        const Cost pairs =
            MultiplyCost(problem_.classes[a].count, problem_.classes[b].count);
        weight = AddCost(weight, MultiplyCost(costs->weight(), pairs));
      }
    }
    const Cost gap = kMaxCost / 2 / weight;
    for (const Geometry::Edge& edge : found_.tree) {
      if (edge.cost >= gap && edge.cost < kMaxCost) return;
    }
    for (Geometry::Edge& edge : found_.tree) {
      edge.cost = std::min(edge.cost, gap);
    }
  }

  [[nodiscard]] std::size_t NextToJoin() const {
    std::size_t next = kNone;
    for (std::size_t site = 0; site < sites_.size(); ++site) {
      if (joined_[site]) continue;
      if (next == kNone || least_[site] < least_[next]) next = site;
    }
    return next;
  }

  void ListNear(std::size_t group, std::size_t site) {
    order_.clear();
    for (const std::size_t other : members_[group]) {
      if (other != site) order_.push_back(other);
    }
    const auto nearer = [&](std::size_t a, std::size_t b) {
      return row_[a] != row_[b] ? row_[a] < row_[b] : a < b;
    };
    if (order_.size() > wanted_) {
      const auto last = order_.begin() + static_cast<std::ptrdiff_t>(wanted_);
      std::nth_element(order_.begin(), last, order_.end(), nearer);
      order_.resize(wanted_);
    }
    std::sort(order_.begin(), order_.end(), nearer);
    auto& list = found_.near[group][site];
    list.reserve(order_.size());
    for (const std::size_t other : order_) list.push_back({other, row_[other]});
  }

  const Problem& problem_;
  const Sites& sites_;
  Geometry found_;
  std::size_t wanted_ = 0;
  std::vector<std::vector<std::size_t>> members_;  // by group
  std::vector<Cost> row_;
  std::vector<Cost> least_;           // to the tree, by site
  std::vector<std::size_t> nearest_;  // where in the tree
  std::vector<bool> joined_;
  std::vector<std::size_t> order_;
};

}  // namespace

Cost Distance(const Problem& problem, const Sites& sites, std::size_t a,
              std::size_t b) {
  const graph::VertexId from = sites.vertex[a];
  const graph::VertexId to = sites.vertex[b];
  return std::min({problem.paths->CostBetween(from, to),
                   problem.paths->CostBetween(to, from), kMaxCost});
}

std::optional<Geometry> Survey(const Problem& problem, const Sites& sites,
                               std::size_t variables, const Meter& stopped) {
  return Surveyor(problem, sites, variables).Run(stopped);
}

}  // namespace acceld::placement
