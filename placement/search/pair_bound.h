// PairBound: a lower bound for problems whose ties are dense, where those of
// search/bounds.h are weak: a dual ascent on the first level of the
// reformulation-linearization technique. For every variable at every site (the
// leader) there is a matrix of what each pair with another variable at another
// site costs; each pair stands in the matrices of both. What an assignment
// problem finds in a matrix goes to its leader, what one finds among the
// leaders to the bound, and what is left of the leaders is spread over their
// matrices again, from where the other halves of the pairs can use it.
//
// All leaders are spread before any matrix is solved: otherwise the first ones
// take what others need, and the ascent ends early. Numbers are integers, so
// the bound is exact about what it says. A level of the search starts from what
// is left of the level above.
// Source: P. Hahn and T. Grant, "Lower bounds for the quadratic assignment
// problem based upon a dual formulation", 1998; W. P. Adams and H. D. Sherali,
// "A tight linearization and an algorithm for zero-one quadratic programming
// problems", 1986. Not thread-safe; lives inside one solve.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "placement/search/dense_assignment.h"
#include "placement/search/meter.h"
#include "placement/search/sites.h"
#include "placement/search/state.h"

namespace acceld::placement {

class PairBound {
 public:
  // `room`: by site, how many variables it can take at most. `best`: what a
  // placement is known to cost. Nothing where the problem is too large for it.
  // All but `room` must outlive it.
  [[nodiscard]] static std::unique_ptr<PairBound> Make(
      const Problem& problem, const State& start, const Sites& sites,
      const std::vector<std::int64_t>& room, Cost best, Meter stopped);

  // With what is known at the start, for another search of the same problem;
  // `sites` are numbered alike. Requires: nothing is placed.
  [[nodiscard]] std::unique_ptr<PairBound> CopyRoot(const Sites& sites,
                                                    Meter stopped) const;
  // From here it goes the same way every time. Requires: nothing is placed.
  void Restart() { random_ = 1; }

  // A variable of the class is placed there, beyond what `start` had.
  void Place(std::size_t c, std::size_t site);
  // Takes away what was placed last.
  void Remove();

  // No completion of `state` that costs less than `best` costs less than this;
  // kForbidden where there is none. Requires: the variables placed are those of
  // `state`; `best` never grows from call to call.
  [[nodiscard]] Cost Bound(const State& state, Cost best);
  // After Bound(), which was below `best`: the same with one more variable of
  // class `c` at `site`. Cheap.
  [[nodiscard]] Cost BoundWith(std::size_t c, std::size_t site) const;
  // What divides the cost of every placement less that of the start: bounds can
  // be rounded up to it.
  [[nodiscard]] Cost RoundUp(Cost bound) const;
  // Cells that the last Bound() looked at.
  [[nodiscard]] std::int64_t work() const { return work_; }

 private:
  using Cell = std::int32_t;
  static constexpr Cell kDead = DenseAssignment::kDead;

  // Of the variables open there: rows are variables, columns places.
  struct Level {
    std::vector<std::size_t> row_class;
    std::vector<std::size_t> column_site;
    std::vector<Cell> leaders;  // rows x columns
    std::vector<Cell> cells;    // leader, then row, then column
    std::size_t stride = 0;     // cells from leader to leader
    std::int64_t lower = 0;     // the bound, in units
    bool is_closed = false;     // nothing better than the best is here
    [[nodiscard]] std::size_t rows() const { return row_class.size(); }
    [[nodiscard]] std::size_t columns() const { return column_site.size(); }
  };
  struct Placed {
    std::size_t c = 0;
    std::size_t site = 0;
  };

  PairBound(const Problem& problem, const Sites& sites, Meter stopped)
      : problem_(problem), sites_(sites), stopped_(std::move(stopped)) {}

  void Begin(const State& start, const std::vector<std::int64_t>& room,
             Cost best);
  void FindGrain(const State& start);
  void FillLeaders(const State& start, Level& level) const;
  void FillCells(Level& level) const;
  [[nodiscard]] Cell ToCell(Cost cost) const;
  [[nodiscard]] std::int64_t Limit(Cost best) const;
  [[nodiscard]] Cost ToCost(std::int64_t units) const;
  // Level `depth` from the one above it and what was placed there.
  void Derive(std::size_t depth);
  void ForbidLeaders(const State& state, Level& level) const;
  void Ascend(Level& level, std::int64_t limit);
  void GiveBack(Level& level, int rounds_left) const;
  void Spread(Level& level) const;
  void Shuffle(std::size_t count);
  void SolveMatrix(Level& level, std::size_t leader, std::int64_t gap);
  void Close(Level& level, std::size_t leader) const;
  void SolveLeaders(Level& level, std::int64_t limit);

  const Problem& problem_;
  const Sites& sites_;
  const Meter stopped_;
  DenseAssignment assignment_;
  Cost base_ = 0;   // of what was placed at the start
  Cost grain_ = 1;  // divides every cost beyond that
  int scale_ = 0;   // units are grains times two to this power
  std::vector<Level> levels_;
  std::size_t ready_ = 0;  // levels that hold for what is placed now
  std::vector<Placed> placed_;
  std::vector<Cell> matrix_;
  std::vector<std::size_t> order_;
  std::uint64_t random_ = 1;
  std::int64_t work_ = 0;
};

}  // namespace acceld::placement
