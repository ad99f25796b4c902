// ForestBound: the exact least cost of the open variables over a spanning
// forest of their ties, resources left aside (dynamic programming from the
// leaves to the roots), plus the least value of every tie outside the forest.
// Exact where devices have room for all and the pipeline is a tree.
// Not thread-safe; lives inside one solve.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "placement/search/forest.h"
#include "placement/search/state.h"

namespace acceld::placement {

class ForestBound {
 public:
  // Both must outlive it.
  ForestBound(const Problem& problem, const std::vector<ForestNode>& forest);

  // Cells that one Bound() of the empty state looks at.
  [[nodiscard]] static std::int64_t WorkOf(
      const Problem& problem, const std::vector<ForestNode>& forest);

  // No completion of `state` costs less; kForbidden where there is none.
  [[nodiscard]] Cost Bound(const State& state);
  // After Bound(): whether BoundWith() knows more than it of class `c`.
  [[nodiscard]] bool Knows(std::size_t c) const { return root_[c] != kNone; }
  // The same with the next replica of `c` at `value`. Requires: Knows(c).
  [[nodiscard]] Cost BoundWith(std::size_t c, std::size_t value) const;
  // Cells that the last Bound() looked at.
  [[nodiscard]] std::int64_t work() const { return work_; }

 private:
  void PrepareMinima();
  void Collect(std::size_t node, const State& state);
  void SendToParent(std::size_t node);
  [[nodiscard]] bool IsOpen(std::size_t node, const State& state) const {
    const ForestNode& it = forest_[node];
    return static_cast<std::size_t>(it.replica) >=
           state.chosen()[it.values].size();
  }

  const Problem& problem_;
  const std::vector<ForestNode>& forest_;
  // By node, by entry of `earlier`, by value: least cost of the tie.
  std::vector<std::vector<std::vector<Cost>>> minima_;
  std::vector<std::vector<Cost>> rest_;  // by node, then value
  std::vector<std::size_t> root_;  // by class: its next replica, if a root
  Cost sum_ = 0;                   // of the roots' minima and what is placed
  std::int64_t work_ = 0;
};

}  // namespace acceld::placement
