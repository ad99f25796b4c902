#include "placement/search/greedy.h"

#include <algorithm>
#include <optional>

namespace acceld::placement {
namespace {

constexpr std::size_t kStarts = 3;
// Values that a start is tried at, about.
constexpr std::size_t kLooks = 64;
// What a cell of a table costs that is computed now, in cells that are read.
constexpr std::int64_t kWorkPerNewCell = 64;

class Grower {
 public:
  Grower(const Problem& problem, const Meter& stopped)
      : problem_(problem), stopped_(stopped) {
    for (std::size_t a = 0; a < problem.classes.size(); ++a) {
      Cost sum = 0;
      for (std::size_t b = 0; b < problem.classes.size(); ++b) {
        const Cost others = problem.classes[b].count - (a == b ? 1 : 0);
        sum = AddCost(sum, MultiplyCost(Weight(a, b), others));
      }
      pull_.push_back(sum);
    }
  }

  // Classes, those with the heaviest ties first.
  [[nodiscard]] std::vector<std::size_t> Starts() const {
    std::vector<std::size_t> classes(pull_.size());
    for (std::size_t c = 0; c < classes.size(); ++c) classes[c] = c;
    std::stable_sort(
        classes.begin(), classes.end(),
        [&](std::size_t a, std::size_t b) { return pull_[a] > pull_[b]; });
    classes.resize(std::min(classes.size(), kStarts));
    return classes;
  }

  [[nodiscard]] std::optional<Assignment> Grow(std::size_t start) const {
    State state(problem_);
    std::size_t c = start;
    while (!state.complete()) {
      const auto value = Cheapest(state, c);
      if (!value || stopped_(RowsOf(c))) return std::nullopt;
      state.Choose(c, *value);
      c = Next(state);
    }
    return state.chosen();
  }

 private:
  [[nodiscard]] Cost Weight(std::size_t a, std::size_t b) const {
    const PairCosts* costs = problem_.tables->Find(a, b);
    return costs == nullptr ? 0 : costs->weight();
  }

  // The work of reading the row of one value in each table of the class.
  [[nodiscard]] std::int64_t RowsOf(std::size_t c) const {
    std::int64_t cells = 0;
    for (std::size_t other = 0; other < pull_.size(); ++other) {
      if (problem_.tables->Find(c, other) == nullptr) continue;
      const auto values = problem_.classes[other].domain.size();
      cells += static_cast<std::int64_t>(values);
    }
    return cells * kWorkPerNewCell;
  }

  // The first variable looks around: it goes where those it is tied to have
  // near places. Some of many values are enough.
  [[nodiscard]] std::optional<std::size_t> Cheapest(const State& state,
                                                    std::size_t c) const {
    const std::vector<Cost>& costs = state.costs(c);
    std::optional<std::size_t> best;
    Cost least = kForbidden;
    const bool is_start = state.depth() == 0;
    const std::size_t step = is_start ? 1 + costs.size() / kLooks : 1;
    for (std::size_t value = 0; value < costs.size(); value += step) {
      Cost cost = costs[value];
      if (cost < least) cost = state.Added(c, value);
      if (cost < least && is_start) {
        if (stopped_(RowsOf(c))) break;
        cost = AddCost(cost, LeastAround(state, c, value));
      }
      if (cost >= least) continue;
      least = cost;
      best = value;
    }
    return best;
  }

  [[nodiscard]] Cost LeastAround(const State& state, std::size_t c,
                                 std::size_t value) const {
    Cost sum = 0;
    for (std::size_t other = 0; other < pull_.size(); ++other) {
      const std::int64_t open = state.open(other) - (other == c ? 1 : 0);
      if (open == 0 || Weight(c, other) == 0) continue;
      std::vector<Cost> row = problem_.tables->Costs(c, value, other);
      const std::vector<Cost>& costs = state.costs(other);
      for (std::size_t i = 0; i < row.size(); ++i) {
        row[i] = AddCost(row[i], costs[i]);
      }
      const auto wanted = std::min(row.size(), static_cast<std::size_t>(open));
      std::partial_sort(row.begin(),
                        row.begin() + static_cast<std::ptrdiff_t>(wanted),
                        row.end());
      for (std::size_t i = 0; i < wanted; ++i) sum = AddCost(sum, row[i]);
    }
    return sum;
  }

  [[nodiscard]] std::size_t Next(const State& state) const {
    std::size_t next = 0;
    Cost heaviest = -1;
    for (std::size_t c = 0; c < pull_.size(); ++c) {
      if (state.open(c) == 0) continue;
      Cost tie = 0;
      for (std::size_t other = 0; other < pull_.size(); ++other) {
        const auto placed = state.chosen()[other].size();
        tie = AddCost(
            tie, MultiplyCost(Weight(c, other), static_cast<Cost>(placed)));
      }
      if (tie <= heaviest) continue;
      heaviest = tie;
      next = c;
    }
    return next;
  }

  const Problem& problem_;
  const Meter& stopped_;
  std::vector<Cost> pull_;  // weight of all ties, by class
};

}  // namespace

std::vector<Assignment> GreedyStarts(const Problem& problem,
                                     const Meter& stopped) {
  const Grower grower(problem, stopped);
  std::vector<Assignment> found;
  for (const std::size_t start : grower.Starts()) {
    if (auto grown = grower.Grow(start)) found.push_back(*std::move(grown));
  }
  return found;
}

}  // namespace acceld::placement
