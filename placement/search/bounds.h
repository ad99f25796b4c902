// Bounds: the search's lower bounds and symmetries, made once a solve and kept
// in step with its state. Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "placement/search/assignment_bound.h"
#include "placement/search/automorphisms.h"
#include "placement/search/cluster_bound.h"
#include "placement/search/cluster_tree.h"
#include "placement/search/forest.h"
#include "placement/search/forest_bound.h"
#include "placement/search/geometry.h"
#include "placement/search/least_image.h"
#include "placement/search/meter.h"
#include "placement/search/pair_bound.h"
#include "placement/search/sites.h"
#include "placement/search/state.h"
#include "placement/search/symmetry.h"

namespace acceld::placement {

// How often a bound has been worth asking.
class Gauge {
 public:
  // Always at first, then while one answer in eight helps, else now and then.
  [[nodiscard]] bool Asks() {
    if (asked_ < 64 || helped_ * 8 >= asked_) return true;
    return ++passed_ % 32 == 0;
  }
  void Count(bool helped) {
    ++asked_;
    helped_ += helped ? 1 : 0;
  }

 private:
  std::int64_t asked_ = 0;
  std::int64_t helped_ = 0;
  std::int64_t passed_ = 0;
};

class Bounds {
 public:
  // All must outlive it. Nothing where `stopped` ended it; what is made later
  // asks it too, and is then less than it could be, but right.
  [[nodiscard]] static std::unique_ptr<Bounds> Make(const Problem& problem,
                                                    const State& state,
                                                    Meter stopped);

  // From now on no value stands for another.
  void IgnoreSymmetry() { has_symmetry_ = false; }
  // The state's last choice is this one; and it is taken back.
  void Choose(std::size_t c, std::size_t value);
  void Undo();

  // No placement costs less; what is known before anything is asked.
  [[nodiscard]] Cost Root();
  // A placement of the variables that were open then, which costs that much if
  // distances are as the clusters say; nothing where that is not known.
  [[nodiscard]] std::optional<Assignment> RootSolution();
  // No completion of the state costs less. Stops asking at `best`.
  [[nodiscard]] Cost Ask(Cost best);
  // After Ask(), which was below `best`: the same with the next replica of `c`
  // at `value`; kForbidden where another value stands for it, or where it may
  // not be. Cheap.
  [[nodiscard]] Cost With(std::size_t c, std::size_t value) const;
  // Whether WithCluster() may be larger; then ask Begin... of one class only.
  [[nodiscard]] bool AsksCluster();
  // After Ask(): a bound that takes longer. Of one class only.
  [[nodiscard]] Cost WithCluster(std::size_t c, std::size_t value);
  void CountCluster(std::size_t asked, std::size_t helped);
  // What pays in long searches only. Require: the state is that of Make().
  // From now on of placements that automorphisms make of one
  // another one is enough:
  void CompareImages();
  // and there is a bound for dense problems, where a placement costs `best`:
  void CountPairs(Cost best);
  // Becomes equal to the bounds of another search. Requires: both are at the
  // state of Make(), and made for the same.
  void Follow(const Bounds& root);
  // Forgets how the search went so far: from here it goes the same way every
  // time. Requires: the state is that of Make().
  void Restart();
  // Cells looked at since the last call.
  [[nodiscard]] std::int64_t TakeWork();

 private:
  Bounds(const Problem& problem, const State& state, Sites sites,
         Geometry geometry, Meter stopped);
  void MakeRest();
  [[nodiscard]] Cost AskPair(Cost bound, Cost best);
  [[nodiscard]] bool Follows(std::size_t c, std::size_t site) const;

  const Problem& problem_;
  const State& state_;
  const Meter stopped_;
  const Sites sites_;
  const Geometry geometry_;
  const ClusterTree tree_;
  std::unique_ptr<ClusterBound> cluster_;
  // Made when first asked: often the root is all there is to ask.
  struct Rest {
    Symmetry symmetry;
    AssignmentBound assignment;
    std::vector<ForestNode> forest;
    std::optional<ForestBound> forest_bound;
  };
  std::unique_ptr<Rest> rest_;
  std::unique_ptr<PairBound> pair_;
  std::unique_ptr<LeastImage> image_;
  std::vector<std::size_t> chosen_;  // sites, in order
  Gauge forest_gauge_;
  Gauge cluster_gauge_;
  bool has_symmetry_ = true;
  bool has_forest_ = false;  // the last Ask() asked it
  bool has_pair_ = false;    // likewise
  std::int64_t work_ = 0;
};

}  // namespace acceld::placement
