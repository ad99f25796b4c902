#include "placement/search/probe.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace acceld::placement {
namespace {

constexpr std::size_t kMostVariables = 12;
constexpr std::size_t kMostValues = 24;
// Of all tables that are read: computing them is the larger part of the work.
constexpr std::size_t kMostCells = 2048;

class Prober {
 public:
  Prober(const Problem& problem, std::int64_t max_nodes, bool first_only)
      : problem_(problem),
        left_(problem.capacity),
        max_nodes_(max_nodes),
        first_only_(first_only) {
    for (std::size_t c = 0; c < problem.classes.size(); ++c) {
      for (std::int64_t r = 0; r < problem.classes[c].count; ++r) {
        variables_[count_++] = {c, r > 0};
      }
    }
    for (std::size_t i = 0; i < count_; ++i) {
      const std::vector<Cost>& unary = ClassOf(i).unary;
      levels_[0].costs[i] = unary.data();
      levels_[0].least[i] = *std::min_element(unary.begin(), unary.end());
    }
    SumOpen();
  }

  ProbeResult Run() {
    Cost bound = open_[0];
    for (std::size_t i = 0; i < count_; ++i) {
      bound = AddCost(bound, levels_[0].least[i]);
    }
    if (bound < kForbidden) Place(0, 0, bound);
    ProbeResult result;
    result.nodes = nodes_;
    result.complete = !stopped_;
    if (total_ >= kForbidden) return result;
    result.total = total_;
    Assignment& values = result.values.emplace(problem_.classes.size());
    for (std::size_t i = 0; i < count_; ++i) {
      values[variables_[i].c].push_back(best_[i]);
    }
    return result;
  }

 private:
  struct Variable {
    std::size_t c = 0;
    bool is_replica = false;  // of the variable before it
  };
  struct Child {
    Cost added = 0;
    std::size_t value = 0;
  };
  // Before variable number i is placed, of those from i on.
  struct Level {
    std::array<const Cost*, kMostVariables> costs;  // what a value would add
    std::array<Cost, kMostVariables> least;         // of these
    // Where the last choice changed them.
    std::array<std::array<Cost, kMostValues>, kMostVariables> sums;
  };

  [[nodiscard]] const VariableClass& ClassOf(std::size_t i) const {
    return problem_.classes[variables_[i].c];
  }

  // What the variables from i on cost each other at least.
  void SumOpen() {
    open_[count_] = 0;
    for (std::size_t i = count_; i-- > 0;) {
      open_[i] = open_[i + 1];
      for (std::size_t j = i + 1; j < count_; ++j) {
        const std::size_t a = variables_[i].c;
        const std::size_t b = variables_[j].c;
        if (problem_.tables->Find(a, b) == nullptr) continue;
        open_[i] = AddCost(open_[i], LeastOf(a, b));
      }
    }
  }

  [[nodiscard]] Cost LeastOf(std::size_t a, std::size_t b) const {
    Cost least = kForbidden;
    for (std::size_t v = 0; v < problem_.classes[a].domain.size(); ++v) {
      for (const Cost cost : problem_.tables->Costs(a, v, b)) {
        least = std::min(least, cost);
      }
    }
    return least;
  }

  // Places the variables from i on; those before it cost `cost`, and no
  // placement that starts so costs less than `bound`.
  void Place(std::size_t i, Cost cost, Cost bound) {
    if (i == count_) {
      total_ = cost;
      best_ = at_;
      stopped_ = first_only_;
      return;
    }
    if (nodes_ >= max_nodes_) {
      stopped_ = true;
      return;
    }
    ++nodes_;
    std::array<Child, kMostValues> children;
    const std::size_t found = Expand(i, bound, children);
    for (std::size_t k = 0; k < found && !stopped_; ++k) {
      const auto& [added, value] = children[k];
      // A better placement may have been found since.
      if (Without(bound, i) + added >= total_) return;
      at_[i] = value;
      const Cost sum = AddCost(cost, added);
      const Cost below = Choose(i, sum);
      if (below >= total_) continue;
      for (const Consumption& use : ClassOf(i).uses[value]) {
        left_[use.resource] -= use.amount;
      }
      Place(i + 1, sum, below);
      for (const Consumption& use : ClassOf(i).uses[value]) {
        left_[use.resource] += use.amount;
      }
    }
  }

  // The bound, less what it counts for variable i itself.
  [[nodiscard]] Cost Without(Cost bound, std::size_t i) const {
    return std::max<Cost>(0, bound - levels_[i].least[i]);
  }

  // Values of the variable that can be better than the best placement known,
  // those that add least first; of equals, the first. Returns how many.
  std::size_t Expand(std::size_t i, Cost bound,
                     std::array<Child, kMostValues>& children) const {
    const VariableClass& values = ClassOf(i);
    const Cost most = total_ - Without(bound, i);
    std::size_t found = 0;
    // Replicas are alike: in ascending order is enough.
    for (std::size_t value = variables_[i].is_replica ? at_[i - 1] : 0;
         value < values.domain.size(); ++value) {
      const Cost added = levels_[i].costs[i][value];
      if (added >= most || !Fits(values.uses[value])) continue;
      std::size_t at = found++;
      for (; at > 0 && children[at - 1].added > added; --at) {
        children[at] = children[at - 1];
      }
      children[at] = {added, value};
    }
    return found;
  }

  // Adds the row of variable i, placed now, to the costs of those that follow.
  // Returns the least that a placement costs then; `cost`: what is placed.
  Cost Choose(std::size_t i, Cost cost) {
    const Level& above = levels_[i];
    Level& below = levels_[i + 1];
    Cost bound = AddCost(cost, open_[i + 1]);
    for (std::size_t j = i + 1; j < count_; ++j) {
      const std::size_t c = variables_[i].c;
      const std::size_t other = variables_[j].c;
      below.costs[j] = above.costs[j];
      below.least[j] = above.least[j];
      if (problem_.tables->Find(c, other) != nullptr) {
        const auto& row = problem_.tables->Costs(c, at_[i], other);
        Cost least = kForbidden;
        for (std::size_t v = 0; v < row.size(); ++v) {
          below.sums[j][v] = AddCost(above.costs[j][v], row[v]);
          least = std::min(least, below.sums[j][v]);
        }
        below.costs[j] = below.sums[j].data();
        below.least[j] = least;
      }
      bound = AddCost(bound, below.least[j]);
    }
    return bound;
  }

  [[nodiscard]] bool Fits(const std::vector<Consumption>& uses) const {
    for (const Consumption& use : uses) {
      if (use.amount > left_[use.resource]) return false;
    }
    return true;
  }

  const Problem& problem_;
  std::vector<std::int64_t> left_;  // by resource
  const std::int64_t max_nodes_;
  const bool first_only_;
  std::size_t count_ = 0;
  std::array<Variable, kMostVariables> variables_;
  std::array<Cost, kMostVariables + 1> open_;  // SumOpen()
  std::array<std::size_t, kMostVariables> at_;
  std::array<std::size_t, kMostVariables> best_;
  std::array<Level, kMostVariables + 1> levels_;  // filled as far as needed
  Cost total_ = kForbidden;
  std::int64_t nodes_ = 0;
  bool stopped_ = false;
};

}  // namespace

bool IsTiny(const Problem& problem) {
  if (!problem.limits.empty() || !problem.activations.empty() ||
      problem.loads != nullptr) {
    return false;
  }
  std::int64_t variables = 0;
  std::size_t cells = 0;
  for (std::size_t c = 0; c < problem.classes.size(); ++c) {
    const VariableClass& values = problem.classes[c];
    variables += values.count;
    for (const auto& uses : values.uses) {
      for (const Consumption& use : uses) {
        if (use.once) return false;
      }
    }
    if (values.domain.empty() || values.domain.size() > kMostValues) {
      return false;
    }
    for (std::size_t other = 0; other <= c; ++other) {
      if (problem.tables->Find(other, c) == nullptr) continue;
      cells += values.domain.size() * problem.classes[other].domain.size();
    }
  }
  return variables <= static_cast<std::int64_t>(kMostVariables) &&
         cells <= kMostCells;
}

ProbeResult Probe(const Problem& problem, std::int64_t max_nodes,
                  bool first_only) {
  return Prober(problem, max_nodes, first_only).Run();
}

}  // namespace acceld::placement
