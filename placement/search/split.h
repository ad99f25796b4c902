// Split: a long search in parts, the subtrees of its tree, which several
// threads search at once and with the same result as one.
//
// One thread takes the subtrees in their order and searches each for something
// better than was found before it; what it finds there follows from the subtree
// and that cost alone. Several threads take them in the same order, each with
// the least cost found so far in the subtrees before its own. What is found in
// a later one is of no use to an earlier one: it would be searched in another
// way. Once all are done, one thread's course is gone through. A subtree in
// which nothing came to less than what was found before it counts as it is, in
// whatever way that was seen; one that was searched from the start for less
// than just that, too; any other one is searched again. That takes two subtrees
// at once that both hold something better, which is rare where a search is
// long: by then the best placement is known, and what is left is its proof.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

#include "placement/cost.h"
#include "placement/search/state.h"

namespace acceld::placement {

struct Choice {
  std::size_t c = 0;  // class
  std::size_t value = 0;
};

struct Subtree {
  std::vector<Choice> path;  // from the root
  Cost bound = 0;            // nothing in it costs less
};

// The least cost found in the subtrees before each. Thread-safe.
class Incumbents {
 public:
  explicit Incumbents(std::size_t subtrees);
  // kForbidden where nothing was found.
  [[nodiscard]] Cost Before(std::size_t subtree) const {
    return before_[subtree].load(std::memory_order_relaxed);
  }
  // Complexity: the subtrees after it.
  void Found(std::size_t subtree, Cost cost);

 private:
  std::vector<std::atomic<Cost>> before_;  // by subtree
};

// What the search of a subtree came to.
struct Finding {
  std::optional<Assignment> values;  // nothing where nothing costs less than...
  Cost beat = kForbidden;            // what was known at the start
  // The least cost known at the end. Where the search is complete, nothing in
  // the subtree costs less.
  Cost least = kForbidden;
  Cost open = kForbidden;  // least bound of what was not searched
  bool is_alone = true;    // nothing found elsewhere changed its course
  bool is_complete = true;
};

// Searches the subtree of this number for less than `beat`, and than
// incumbents.Before() of it, which may fall meanwhile; says what it finds to
// incumbents.Found().
using Walk = std::function<Finding(std::size_t index, Cost beat,
                                   Incumbents& incumbents)>;

// All of them, for less than `beat`; where one walk ends early, what was found
// and proven by then. One thread for each of `walks`, the first of them the one
// that calls; fewer where no more can be started. Requires: one walk at least,
// and that they find the same where they are alone.
[[nodiscard]] Finding SearchSubtrees(std::size_t subtrees, Cost beat,
                                     const std::vector<Walk>& walks);

}  // namespace acceld::placement
