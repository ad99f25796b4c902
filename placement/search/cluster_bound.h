// ClusterBound: the least cost of any placement on the cluster tree instead of
// the machine. Paths in the tree are never longer than real ones, so no real
// placement costs less.
//
// For every type of cluster a table says what each multiset of variables costs
// at least inside it; a whole's table combines those of its parts (min-plus
// convolution over multisets), and clusters of one type share one table: 512
// hosts are some 35 types. Clusters in which variables have been placed are
// worked out anew, the rest comes from the tables.
// Not thread-safe; lives inside one solve.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "placement/search/cluster_tree.h"
#include "placement/search/counts.h"
#include "placement/search/meter.h"
#include "placement/search/state.h"

namespace acceld::placement {

class ClusterBound {
 public:
  // Nothing where the tables would be too large, or costs too high for exact
  // arithmetic, or where `stopped`, asked once a cluster, ended it.
  [[nodiscard]] static std::unique_ptr<ClusterBound> Make(
      const Problem& problem, const State& start, const Sites& sites,
      const ClusterTree& tree, const Meter& stopped);

  // A variable of the class is placed there, beyond what `start` had. What
  // placed variables cost each other counts as it is, not as it is in the tree.
  void Place(std::size_t c, std::size_t site);
  // Takes away what was placed last.
  void Remove();

  // No completion of `state` costs less; kForbidden where there is none.
  // Requires: the variables placed are those of `state`.
  [[nodiscard]] Cost Bound(const State& state);
  // A placement of all that was open at the start that costs least in the tree;
  // the machine's rules may forbid it. Requires: the bound is not kForbidden.
  [[nodiscard]] Assignment Solution();
  // The same as Bound() if one more variable of class `c` were at `site`, at
  // the cost `added`. Sites that are alike to the tree share the work until
  // Forget().
  [[nodiscard]] Cost BoundWith(const State& state, std::size_t c,
                               std::size_t site, Cost added);
  void Forget() { memo_.clear(); }

 private:
  using Code = Counts::Code;
  using Table = std::vector<Cost>;  // by code; kForbidden: does not fit
  struct Parts {
    std::size_t type = 0;
    std::size_t all = 0;  // how many there are
    // By how many of them: combined, less what the whole charges for pairs.
    std::vector<Table> combined;
    // Where there are more than can be used, one less changes nothing.
    [[nodiscard]] const Table& Some(std::size_t count) const {
      return combined[std::min(count, combined.size() - 1)];
    }
  };
  struct Type {
    Cost height = 0;
    std::vector<Parts> parts;
    Table least;  // cost inside a cluster of this type
    // All parts combined, less those of the types in the key, within a box.
    std::map<std::pair<Code, std::vector<std::size_t>>, Table> rest;
  };
  struct Placed {
    std::size_t c = 0;
    std::size_t site = 0;
  };

  ClusterBound(const Problem& problem, const State& start, const Sites& sites,
               const ClusterTree& tree, const Meter& stopped);
  void SumWeights();
  void FillType(std::size_t cluster, const State& start);
  void NumberPositions();
  [[nodiscard]] std::size_t SharedWork(std::size_t site,
                                       std::size_t& cluster) const;
  [[nodiscard]] bool Fits(std::size_t site, Code code,
                          const State& state) const;
  [[nodiscard]] Table SiteTable(std::size_t site, Code box,
                                const State& state) const;
  void FillParts(Type& whole, const Cluster& cluster);
  [[nodiscard]] const Table& Rest(Type& whole, Code box,
                                  const std::vector<std::size_t>& without);
  // A part's table less what a whole of this height charges for the pairs in
  // it, which include those with what is `placed` there.
  void Discount(Table& part, Cost height, Code placed, Code box) const;
  // Min-plus convolution within the box.
  void Combine(Table& into, const Table& discounted, Code box);
  // Cost of the whole with what is placed, by what is added to it.
  [[nodiscard]] Table Evaluate(std::size_t cluster, Code box,
                               const State& state);
  [[nodiscard]] Code Share(const Table& mine, const Table& others,
                           Code open) const;
  void Trace(std::size_t cluster, Code open, Assignment& found);
  // Gives the parts of one type what they hold together.
  void TraceParts(std::size_t cluster, const Parts& parts, Code open,
                  Assignment& found);
  void Mark(std::size_t c, std::size_t site, bool add);
  [[nodiscard]] Cost PaidTwice(const State& state) const;
  [[nodiscard]] Cost PaidTwiceWith(const State& state, std::size_t c,
                                   std::size_t value) const;
  [[nodiscard]] Cost TreeCost(std::size_t c, std::size_t site) const;

  const Problem& problem_;
  const Sites& sites_;
  const ClusterTree& tree_;
  const Counts counts_;
  const std::size_t variables_;
  // Of the start, by class, then value.
  std::vector<std::vector<Cost>> cost_;
  std::vector<Cost> share_;   // by group, of what is paid once
  std::vector<Cost> weight_;  // kB/s within a multiset, by code
  std::vector<Type> types_;
  std::vector<Code> placed_;  // by cluster
  // By site, by steps up: equal for places of equal types in equal clusters.
  std::vector<std::vector<std::size_t>> position_;
  std::map<std::pair<std::size_t, std::size_t>, Cost> memo_;
  std::vector<Placed> order_;  // what is placed, in order
  Cost tree_cost_ = 0;         // between placed variables, in the tree
  Placed tried_;               // of BoundWith(); site kNone: none
  Table combined_;
  bool is_sound_ = false;  // the tables are whole
};

}  // namespace acceld::placement
