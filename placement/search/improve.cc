#include "placement/search/improve.h"

#include <algorithm>
#include <set>
#include <utility>

#include "placement/search/link_room.h"

namespace acceld::placement {
namespace {

struct Variable {
  std::size_t c = 0;
  std::size_t replica = 0;
};

class Improver {
 public:
  Improver(const Problem& problem, Assignment& values)
      : problem_(problem), values_(values) {
    for (std::size_t c = 0; c < values.size(); ++c) {
      for (std::size_t r = 0; r < values[c].size(); ++r) {
        variables_.push_back({c, r});
      }
    }
  }

  [[nodiscard]] Cost Total() const {
    if (!FitsResources() || !MeetsLimits() || !FitsLinks()) return kForbidden;
    Cost total = 0;
    for (std::size_t a = 0; a < variables_.size(); ++a) {
      const std::size_t c = variables_[a].c;
      total = AddCost(total, problem_.classes[c].unary[At(variables_[a])]);
      for (std::size_t b = a + 1; b < variables_.size(); ++b) {
        total = AddCost(total, PairCost(variables_[a], variables_[b]));
      }
    }
    // Each group by the first of those in it.
    for (std::size_t a = 0; a < variables_.size(); ++a) {
      total = AddCost(total, PaidOnceBy(variables_[a], a));
    }
    return total;
  }

  Cost Run(const std::function<bool()>& stopped, Cost total) {
    for (Cost before = kForbidden; total < before;) {
      before = total;
      for (const Variable& one : variables_) {
        if (stopped()) return total;
        total = MoveOne(one, total);
      }
      for (std::size_t a = 0; a < variables_.size(); ++a) {
        for (std::size_t b = a + 1; b < variables_.size(); ++b) {
          if (variables_[a].c == variables_[b].c) continue;
          if (stopped()) return total;
          total = ExchangeTwo(variables_[a], variables_[b], total);
        }
      }
    }
    return total;
  }

 private:
  [[nodiscard]] std::size_t& At(const Variable& one) const {
    return values_[one.c][one.replica];
  }

  [[nodiscard]] Cost PairCost(const Variable& a, const Variable& b) const {
    if (problem_.tables->Find(a.c, b.c) == nullptr) return 0;
    return problem_.tables->Costs(a.c, At(a), b.c)[At(b)];
  }

  // What is paid once, of the groups of the variable that none of the first
  // `others` variables is in (itself left out).
  [[nodiscard]] Cost PaidOnceBy(const Variable& one, std::size_t others) const {
    const Activations& all = problem_.activations;
    if (all.empty()) return 0;
    Cost cost = 0;
    for (const std::size_t group : all.groups[one.c][At(one)]) {
      const bool is_paid = std::any_of(
          variables_.begin(),
          variables_.begin() + static_cast<std::ptrdiff_t>(others),
          [&](const Variable& other) {
            if (other.c == one.c && other.replica == one.replica) return false;
            const auto& groups = all.groups[other.c][At(other)];
            return std::binary_search(groups.begin(), groups.end(), group);
          });
      if (!is_paid) cost = AddCost(cost, all.cost[group]);
    }
    return cost;
  }

  [[nodiscard]] bool FitsResources() const {
    std::vector<std::int64_t> left = problem_.capacity;
    std::set<std::pair<std::size_t, graph::VertexId>> paid;  // taken once
    for (const Variable& one : variables_) {
      for (const Consumption& use : problem_.classes[one.c].uses[At(one)]) {
        if (use.once &&
            !paid.emplace(use.resource, PlaceOf(one.c, At(one))).second) {
          continue;
        }
        if (use.amount > left[use.resource]) return false;
        left[use.resource] -= use.amount;
      }
    }
    return true;
  }

  [[nodiscard]] graph::VertexId PlaceOf(std::size_t c,
                                        std::size_t value) const {
    return problem_.classes[c].domain[value];
  }

  [[nodiscard]] bool MeetsLimits() const {
    for (const PathLimit& limit : problem_.limits) {
      const auto buffer = PlaceOf(limit.buffer, values_[limit.buffer].front());
      for (const std::size_t from : values_[limit.from]) {
        for (const std::size_t to : values_[limit.to]) {
          const auto in =
              problem_.paths->LatencyBetween(PlaceOf(limit.from, from), buffer);
          const auto out =
              problem_.paths->LatencyBetween(buffer, PlaceOf(limit.to, to));
          if (!in || !out || *in + *out > limit.limit) return false;
        }
      }
    }
    return true;
  }

  [[nodiscard]] bool FitsLinks() const {
    return problem_.loads == nullptr || placement::FitsLinks(problem_, values_);
  }

  // What the variable adds to the others' cost.
  [[nodiscard]] Cost CostOf(const Variable& one) const {
    Cost cost = problem_.classes[one.c].unary[At(one)];
    for (const Variable& other : variables_) {
      if (other.c == one.c && other.replica == one.replica) continue;
      // By the other's row: `one` is tried at all its values, and a row of
      // costs for each of them would be the whole table.
      cost = AddCost(cost, PairCost(other, one));
    }
    return AddCost(cost, PaidOnceBy(one, variables_.size()));
  }

  // Moves the variable to the best value there is, the others staying.
  Cost MoveOne(const Variable& one, Cost total) {
    std::size_t best = At(one);
    Cost least = CostOf(one);
    const Cost before = least;
    for (std::size_t v = 0; v < problem_.classes[one.c].domain.size(); ++v) {
      At(one) = v;
      const Cost cost = CostOf(one);
      if (cost >= least || !FitsResources() || !MeetsLimits() || !FitsLinks()) {
        continue;
      }
      least = cost;
      best = v;
    }
    At(one) = best;
    // Not by difference: sums may be saturated.
    return least < before ? Total() : total;
  }

  // The value of class `to` at the same place; its size where there is none.
  [[nodiscard]] std::size_t Counterpart(const Variable& from,
                                        std::size_t to) const {
    const auto& domain = problem_.classes[to].domain;
    const auto found =
        std::find(domain.begin(), domain.end(), PlaceOf(from.c, At(from)));
    return static_cast<std::size_t>(found - domain.begin());
  }

  Cost ExchangeTwo(const Variable& a, const Variable& b, Cost total) {
    const std::size_t to_a = Counterpart(b, a.c);
    const std::size_t to_b = Counterpart(a, b.c);
    if (to_a == problem_.classes[a.c].domain.size() ||
        to_b == problem_.classes[b.c].domain.size()) {
      return total;
    }
    const std::size_t at_a = std::exchange(At(a), to_a);
    const std::size_t at_b = std::exchange(At(b), to_b);
    const Cost cost = Total();
    if (cost < total) return cost;
    At(a) = at_a;
    At(b) = at_b;
    return total;
  }

  const Problem& problem_;
  Assignment& values_;
  std::vector<Variable> variables_;
};

}  // namespace

Cost Evaluate(const Problem& problem, const Assignment& values) {
  Assignment copy = values;
  return Improver(problem, copy).Total();
}

Cost Improve(const Problem& problem, const std::function<bool()>& stopped,
             Cost total, Assignment& values) {
  return Improver(problem, values).Run(stopped, total);
}

}  // namespace acceld::placement
