#include "placement/search/pair_bound.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

namespace acceld::placement {
namespace {

// Leaders beyond which a level's cells, the square of their number, take more
// than 4 MiB; those of all levels together take some n / 5 times as much.
constexpr std::size_t kMostLeaders = 1024;
// What a placement may cost, in units: from half of it to this.
constexpr std::int64_t kMostUnits = DenseAssignment::kMostTotal;

// Cells from one matrix to the next: an odd number of cache lines, so that the
// same cell of all matrices is not in the same few sets.
std::size_t StrideOf(std::size_t size) {
  constexpr std::size_t kCellsPerLine = 16;
  return (((size + kCellsPerLine - 1) / kCellsPerLine) | 1) * kCellsPerLine;
}

}  // namespace

std::unique_ptr<PairBound> PairBound::Make(
    const Problem& problem, const State& start, const Sites& sites,
    const std::vector<std::int64_t>& room, Cost best, Meter stopped) {
  if (best >= kMaxCost || start.open() < 2) return nullptr;
  std::size_t places = 0;
  for (const std::int64_t one : room) {
    places += std::min(static_cast<std::size_t>(one), start.open());
  }
  if (start.open() > DenseAssignment::kMostRows || places < start.open() ||
      places * start.open() > kMostLeaders) {
    return nullptr;
  }
  auto bound = std::unique_ptr<PairBound>(
      new PairBound(problem, sites, std::move(stopped)));
  bound->Begin(start, room, best);
  return bound;
}

void PairBound::Begin(const State& start, const std::vector<std::int64_t>& room,
                      Cost best) {
  base_ = start.total();
  levels_.resize(start.open() + 1);
  Level& level = levels_.front();
  for (std::size_t c = 0; c < problem_.classes.size(); ++c) {
    level.row_class.insert(level.row_class.end(),
                           static_cast<std::size_t>(start.open(c)), c);
  }
  for (std::size_t site = 0; site < sites_.size(); ++site) {
    const auto places =
        std::min(static_cast<std::size_t>(room[site]), start.open());
    level.column_site.insert(level.column_site.end(), places, site);
  }
  FindGrain(start);
  for (scale_ = 0; 2 * Limit(best) < kMostUnits && scale_ < 20;) ++scale_;
  while (Limit(best) > kMostUnits) --scale_;
  FillLeaders(start, level);
  FillCells(level);
  ready_ = 1;
}

std::unique_ptr<PairBound> PairBound::CopyRoot(const Sites& sites,
                                               Meter stopped) const {
  auto copy = std::unique_ptr<PairBound>(
      new PairBound(problem_, sites, std::move(stopped)));
  copy->base_ = base_;
  copy->grain_ = grain_;
  copy->scale_ = scale_;
  copy->levels_.resize(levels_.size());
  copy->levels_.front() = levels_.front();
  copy->ready_ = 1;
  return copy;
}

void PairBound::FindGrain(const State& start) {
  grain_ = 0;
  // What is paid once is in no leader, but in what a placement costs.
  for (const Cost cost : problem_.activations.cost) {
    grain_ = std::gcd(grain_, cost);
  }
  const auto look = [&](const std::vector<Cost>& costs) {
    for (const Cost cost : costs) {
      if (cost < kMaxCost) grain_ = std::gcd(grain_, cost);
    }
  };
  for (std::size_t a = 0; a < problem_.classes.size(); ++a) {
    if (start.open(a) == 0) continue;
    look(start.costs(a));
    for (std::size_t b = a; b < problem_.classes.size(); ++b) {
      if (start.open(b) == 0 || problem_.tables->Find(a, b) == nullptr)
        continue;
      for (std::size_t v = 0; v < problem_.classes[a].domain.size(); ++v) {
        look(problem_.tables->Costs(a, v, b));
      }
    }
  }
  grain_ = std::max(grain_, Cost{1});
}

PairBound::Cell PairBound::ToCell(Cost cost) const {
  if (cost >= kForbidden) return kDead;
  const Cost grains = cost / grain_;
  const Cost units =
      scale_ < 0 ? grains >> -scale_ : std::min(grains, Cost{kDead}) << scale_;
  // What costs more than the best placement is out of the question.
  return units > kMostUnits ? kDead : static_cast<Cell>(units);
}

// What a placement that costs less than `best` may cost, in units.
std::int64_t PairBound::Limit(Cost best) const {
  if (best <= base_) return -1;
  const std::int64_t grains = (best - 1 - base_) / grain_;
  return scale_ < 0 ? grains >> -scale_ : grains << scale_;
}

Cost PairBound::ToCost(std::int64_t units) const {
  if (scale_ < 0) return base_ + (units << -scale_) * grain_;
  const std::int64_t unit = std::int64_t{1} << scale_;
  return base_ + (units + unit - 1) / unit * grain_;
}

Cost PairBound::RoundUp(Cost bound) const {
  if (bound >= kMaxCost || bound <= base_) return bound;
  return base_ + (bound - base_ + grain_ - 1) / grain_ * grain_;
}

void PairBound::FillLeaders(const State& start, Level& level) const {
  for (const std::size_t c : level.row_class) {
    for (const std::size_t site : level.column_site) {
      const std::size_t value = sites_.value[c][site];
      level.leaders.push_back(value == kNone ? kDead
                                             : ToCell(start.costs(c)[value]));
    }
  }
}

// Half of what a pair costs stands in the matrix of each of the two.
void PairBound::FillCells(Level& level) const {
  const std::size_t columns = level.columns();
  const std::size_t size = level.rows() * columns;
  level.stride = StrideOf(size);
  level.cells.assign(size * level.stride, 0);
  for (std::size_t i = 0; i < level.rows(); ++i) {
    const std::size_t a = level.row_class[i];
    for (std::size_t k = i + 1; k < level.rows(); ++k) {
      const std::size_t b = level.row_class[k];
      if (problem_.tables->Find(a, b) == nullptr) continue;
      for (std::size_t j = 0; j < columns; ++j) {
        const std::size_t value = sites_.value[a][level.column_site[j]];
        if (value == kNone) continue;
        const auto& costs = problem_.tables->Costs(a, value, b);
        for (std::size_t l = 0; l < columns; ++l) {
          const std::size_t other = sites_.value[b][level.column_site[l]];
          if (other == kNone || l == j) continue;
          const Cell cell = ToCell(costs[other]);
          const std::size_t here = i * columns + j;
          const std::size_t there = k * columns + l;
          const bool is_dead = cell == kDead;
          level.cells[here * level.stride + there] = is_dead ? kDead : cell / 2;
          level.cells[there * level.stride + here] =
              is_dead ? kDead : cell - cell / 2;
        }
      }
    }
  }
}

void PairBound::Place(std::size_t c, std::size_t site) {
  placed_.push_back({c, site});
}

void PairBound::Remove() {
  placed_.pop_back();
  ready_ = std::min(ready_, placed_.size() + 1);
}

// Any replica of the class may be the one that was placed, at any of the site's
// places: the choice with the highest leader.
void PairBound::Derive(std::size_t depth) {
  const Level& above = levels_[depth - 1];
  Level& level = levels_[depth];
  const Placed placed = placed_[depth - 1];
  level.is_closed = above.is_closed;
  if (level.is_closed) return;
  const std::size_t columns = above.columns();
  const std::size_t size = above.rows() * columns;
  std::optional<std::size_t> best;
  for (std::size_t at = 0; at < size; ++at) {
    if (above.row_class[at / columns] != placed.c) continue;
    if (above.column_site[at % columns] != placed.site) continue;
    if (!best || above.leaders[at] > above.leaders[*best]) best = at;
  }
  level.is_closed = !best || above.leaders[*best] >= kDead;
  if (level.is_closed) return;
  const std::size_t row = *best / columns;
  const std::size_t column = *best % columns;
  level.lower = above.lower + above.leaders[*best];
  level.row_class = above.row_class;
  level.row_class.erase(level.row_class.begin() +
                        static_cast<std::ptrdiff_t>(row));
  level.column_site = above.column_site;
  level.column_site.erase(level.column_site.begin() +
                          static_cast<std::ptrdiff_t>(column));
  const Cell* const mine = above.cells.data() + *best * above.stride;
  level.leaders.clear();
  level.stride = StrideOf(level.rows() * level.columns());
  level.cells.resize(level.rows() * level.columns() * level.stride);
  for (std::size_t at = 0; at < size; ++at) {
    if (at / columns == row || at % columns == column) continue;
    const Cell* const theirs = above.cells.data() + at * above.stride;
    Cell* into = level.cells.data() + level.leaders.size() * level.stride;
    const Cell sum = std::min(mine[at], kDead) + theirs[*best];
    level.leaders.push_back(
        std::min(kDead, sum >= kDead ? kDead : sum + above.leaders[at]));
    for (std::size_t k = 0; k < above.rows(); ++k) {
      if (k == row) continue;
      const Cell* const from = theirs + k * columns;
      into = std::copy(from, from + column, into);
      into = std::copy(from + column + 1, from + columns, into);
    }
  }
  work_ += static_cast<std::int64_t>(level.cells.size());
}

void PairBound::ForbidLeaders(const State& state, Level& level) const {
  for (std::size_t i = 0; i < level.rows(); ++i) {
    const std::size_t c = level.row_class[i];
    for (std::size_t j = 0; j < level.columns(); ++j) {
      const std::size_t value = sites_.value[c][level.column_site[j]];
      if (value == kNone || state.costs(c)[value] >= kForbidden) {
        level.leaders[i * level.columns() + j] = kDead;
      }
    }
  }
}

Cost PairBound::Bound(const State& state, Cost best) {
  work_ = 0;
  for (; ready_ <= placed_.size(); ++ready_) Derive(ready_);
  Level& level = levels_[placed_.size()];
  if (level.is_closed) return kForbidden;
  ForbidLeaders(state, level);
  const std::int64_t limit = Limit(best);
  Ascend(level, limit);
  if (level.is_closed) return kForbidden;
  return ToCost(level.lower);
}

Cost PairBound::BoundWith(std::size_t c, std::size_t site) const {
  const Level& level = levels_[placed_.size()];
  Cell highest = 0;
  for (std::size_t i = 0; i < level.rows(); ++i) {
    if (level.row_class[i] != c) continue;
    for (std::size_t j = 0; j < level.columns(); ++j) {
      if (level.column_site[j] != site) continue;
      highest = std::max(highest, level.leaders[i * level.columns() + j]);
    }
  }
  return highest >= kDead ? kForbidden : ToCost(level.lower + highest);
}

}  // namespace acceld::placement
