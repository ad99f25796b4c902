// AssignmentBound: the Gilmore-Lawler bound. Every open variable at every site
// is charged what it costs there given what is placed, and half of the least
// that its links to other open variables can cost from there, their ends at
// different sites as far as there is room; the cheapest assignment of variables
// to sites with these charges is a lower bound, and its prices bound every
// single choice.
// Source: P. C. Gilmore, "Optimal and suboptimal algorithms for the quadratic
// assignment problem", 1962; E. L. Lawler, "The quadratic assignment problem",
// 1963. Not thread-safe; lives inside one solve.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "placement/search/geometry.h"
#include "placement/search/state.h"
#include "placement/search/transport.h"

namespace acceld::placement {

class AssignmentBound {
 public:
  // All must outlive it.
  AssignmentBound(const Problem& problem, const Sites& sites,
                  const Geometry& geometry);

  // No completion of `state` costs less; kForbidden where there is none.
  [[nodiscard]] Cost Bound(const State& state);
  // After Bound(), which was not forbidden: the same with one more variable of
  // class `c` at `site`. Requires: that is not forbidden in the state.
  [[nodiscard]] Cost BoundWith(std::size_t c, std::size_t site) const;
  // After Bound(): by site, how many variables it can take at most.
  [[nodiscard]] const std::vector<std::int64_t>& room() const { return room_; }
  // Cells that the last Bound() looked at.
  [[nodiscard]] std::int64_t work() const { return work_; }

 private:
  struct Tie {
    std::size_t c = 0;      // the other class
    Cost weight = 0;        // clamped
    std::size_t place = 0;  // which of the nearest sites of its group it gets
  };
  void FindCommon(std::size_t site);
  void RankTies();
  void FindRoom(const State& state);
  [[nodiscard]] std::int64_t RoomAt(const State& state, std::size_t site) const;
  void ListTies(const State& state, std::size_t c);
  void FillNearest(std::size_t column, std::size_t group);
  void FillCharges(const State& state, std::size_t c);

  const Problem& problem_;
  const Sites& sites_;
  const std::vector<std::size_t> group_;              // by class
  std::vector<std::vector<std::vector<Near>>> near_;  // by group, then site
  std::vector<std::vector<Tie>> tied_to_;    // by class, heaviest first
  std::vector<std::vector<bool>> in_group_;  // by group, then site
  // By site: the resources that every class uses there, with its least amount.
  std::vector<std::vector<Consumption>> common_;

  Transport transport_;
  std::vector<std::int64_t> room_;          // variables a site can take
  std::vector<std::size_t> column_;         // by site; kNone: no room
  std::vector<std::size_t> columns_;        // site, by column
  std::vector<std::int64_t> capacity_;      // by column
  std::vector<std::vector<Cost>> charges_;  // by class, then column; doubled
  std::vector<const Cost*> rows_;           // by open variable
  std::vector<std::size_t> first_row_;      // by class
  // By class: weights of its ties to open variables, group by group.
  std::vector<std::vector<Tie>> ties_;
  std::vector<std::size_t> reach_;   // ends wanted, by group
  std::vector<std::size_t> places_;  // ends that one class wants, by group
  // By group: `reach_` distances for every column, the least first.
  std::vector<std::vector<Cost>> nearest_;
  Cost base_ = 0;
  std::int64_t work_ = 0;
};

}  // namespace acceld::placement
