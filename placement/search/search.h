// Search: exact branch and bound over a Problem, depth first. At every node
// three lower bounds may speak: assignment (search/assignment_bound.h), forest
// (search/forest_bound.h) and cluster (search/cluster_bound.h); those that do
// not pay for themselves are asked less often. The class with the fewest values
// left is placed next, the value with the least bound first, and of sites that
// can be exchanged for one another the first only (search/symmetry.h).
// A long search goes on in parts, by several threads where that is asked for,
// with the same result as by one (search/split.h).
// One search per object; not thread-safe.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "placement/problem.h"
#include "placement/search/bounds.h"
#include "placement/search/split.h"
#include "placement/search/state.h"

namespace acceld::placement {

struct SearchLimits {
  SteadyTime deadline;
  std::int64_t max_nodes = 0;
  bool first_only = false;  // any placement will do
  // Nodes after which the search begins anew by means that take long to make:
  // automorphisms first (search/least_image.h), then the bound for dense
  // problems (search/pair_bound.h). Some milliseconds and some tenths of a
  // second: what is lost of an easy search is nothing, of a hard one little.
  std::int64_t easy_nodes = 1000;
  std::int64_t hard_nodes = 20'000;
  // That search at once after `hard_nodes`; none is started before. What is
  // found does not depend on it, unless a limit ends the search. Only one does
  // where `first_only`, and where the tables of costs are too large to be
  // filled beforehand. Memory: bounds and a partial placement for each. The
  // daemon solves requests of several users at once, and leaves it at 1.
  std::size_t threads = 1;
  bool symmetry = true;  // off: slower, and the same answer; for tests
};

struct SearchResult {
  std::optional<Assignment> values;  // nothing where none was found
  Cost total = kForbidden;
  Cost lower_bound = 0;  // proven; kForbidden where no placement exists
  std::int64_t nodes = 0;
  bool complete = false;  // the whole tree was searched or excluded
};

class Search {
 public:
  // All must outlive the search.
  Search(const Problem& problem, const SearchLimits& limits,
         const Clock& clock);
  Search(const Search&) = delete;
  Search& operator=(const Search&) = delete;
  // Before Run(): a placement that is known, and what it costs.
  void StartFrom(Assignment values, Cost total) {
    best_ = std::move(values);
    best_total_ = total;
  }
  // Call once.
  [[nodiscard]] SearchResult Run();

 private:
  struct Child {
    Cost bound = 0;
    std::size_t value = 0;
  };
  struct Branch {
    std::size_t c = 0;  // the class whose next replica is placed
    std::vector<Child> children;
  };

  explicit Search(Search& root);
  // One that is at the same root as `root`, by the means that it has, and
  // counts nodes with it. `root` must outlive it. Nothing where time ran out.
  [[nodiscard]] static std::unique_ptr<Search> Beside(Search& root);

  void Begin();
  // Searches the whole tree; from the root again, by stronger means, where it
  // is not a small one.
  void Explore(Cost root);
  [[nodiscard]] bool IsDone(Cost& root, std::int64_t nodes);
  // Searches the whole tree in parts.
  void ExploreParts(Cost root);
  // The tree as subtrees, in its order; as many as keep threads busy.
  [[nodiscard]] std::vector<Subtree> Divide(Cost root);
  // Adds what the tree has one choice below.
  void AddChildren(const Subtree& subtree, std::vector<Subtree>& into);
  [[nodiscard]] std::vector<std::unique_ptr<Search>> StartOthers(
      std::size_t subtrees);
  [[nodiscard]] Finding SearchBelow(const Subtree& subtree, std::size_t index,
                                    Cost beat, Incumbents& incumbents);
  // Makes the choices of a path. Returns false, and makes none, where nothing
  // better is at its end.
  [[nodiscard]] bool Descend(const std::vector<Choice>& path);
  void Climb(std::size_t choices);
  // Takes over what was found to be possible in earlier subtrees.
  void Follow();
  void Visit(Cost bound);
  // The class to place next and its values in the order to try them, without
  // those that cannot be better than the best placement known.
  [[nodiscard]] Branch Expand(Cost bound);
  // The class with the fewest values left; nothing where one has none.
  [[nodiscard]] std::optional<std::size_t> Narrowest(Cost bound) const;
  void AskCluster(Branch& branch);
  // Gives a value to what can have one only. Returns whether all can have one.
  [[nodiscard]] bool PlaceForced();
  void StartGreedily();
  // Looks for better placements near the best one.
  void ShakeBest();
  // Returns what `values` cost then.
  Cost ImproveFrom(Cost total, Assignment& values);
  // Keeps a placement if it is allowed and better.
  void Offer(Assignment values);
  void Record(Assignment values, Cost total);
  [[nodiscard]] bool Stopped();

  const Problem& problem_;
  const SearchLimits limits_;
  const Clock& clock_;
  State state_;
  std::unique_ptr<Bounds> bounds_;
  std::optional<Assignment> best_;
  Cost best_total_ = kForbidden;
  Cost open_bound_ = kForbidden;  // least bound of what was not searched
  std::size_t values_ = 0;        // of all classes together
  std::atomic<std::int64_t> own_nodes_ = 0;
  std::atomic<std::int64_t>& nodes_ = own_nodes_;  // of all threads
  std::int64_t work_ = 0;  // cells read since the clock was
  bool stopped_ = false;
  // Nodes after which the search begins anew.
  std::int64_t stage_nodes_ = std::numeric_limits<std::int64_t>::max();
  Incumbents* incumbents_ = nullptr;  // in a subtree
  std::size_t subtree_ = 0;           // its number
  bool is_alone_ = true;              // nothing was taken over in it
};

}  // namespace acceld::placement
