// Symmetry: sites and whole clusters of sites that can be exchanged for one
// another in every placement without changing its cost or its validity. Of
// those that no variable uses yet the search tries the first only.
//
// Together with the rule that replicas of a class take sites of ascending rank
// this keeps one of every set of equivalent placements: the one that is least
// in the order of the search tree, for exchanging two unused clusters, like
// exchanging two replicas, would only make another one less. Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "placement/search/cluster_tree.h"
#include "placement/search/group_symmetry.h"
#include "placement/search/lane_symmetry.h"
#include "placement/search/meter.h"

namespace acceld::placement {

class Symmetry {
 public:
  // Every exchange is checked exactly before it is believed: path costs both
  // ways, and the rules, the latency limits, the links that can run out and the
  // groups of what is paid once where the problem has any. Stops looking after
  // a bounded amount of work, or where `stopped` says so; what is found stays
  // right.
  Symmetry(const Problem& problem, const State& start, const Sites& sites,
           const ClusterTree& tree, const Meter& stopped);

  // A variable takes the site, or leaves it.
  void Take(std::size_t site);
  void Leave(std::size_t site);
  // Call after changes, before Skips().
  void Refresh();
  // Whether another unused site stands for this one.
  [[nodiscard]] bool Skips(std::size_t site) const {
    return stands_back_[site] != 0;
  }
  // The order that replicas of a class follow.
  [[nodiscard]] std::size_t rank(std::size_t site) const { return rank_[site]; }

 private:
  using Moves = std::vector<std::pair<std::size_t, std::size_t>>;
  void FindSets(const Meter& stopped);
  void Rank(std::size_t cluster);
  // The sites of two clusters of one type, in the order of their ranks.
  void Match(std::size_t a, std::size_t b, Moves& moves) const;
  [[nodiscard]] bool Exchangeable(std::size_t a, std::size_t b);
  [[nodiscard]] bool SamePaths(std::size_t a, std::size_t b);
  [[nodiscard]] bool SameRules(std::size_t a, std::size_t b);
  [[nodiscard]] bool SameLatencies(std::size_t a, std::size_t b);
  // Both ends of every move.
  [[nodiscard]] static std::vector<std::size_t> SitesOf(const Moves& moves);
  [[nodiscard]] bool SameLanes(const Moves& moves);
  [[nodiscard]] bool SameGroups(const Moves& moves);

  const Problem& problem_;
  const Sites& sites_;
  const ClusterTree& tree_;
  bool has_rules_ = false;
  std::optional<LaneSymmetry> lanes_;           // where links can run out
  std::optional<GroupSymmetry> groups_;         // where something is paid once
  std::vector<graph::VertexId> fixed_;          // places taken from the start
  std::vector<std::size_t> set_;                // by cluster
  std::vector<std::vector<std::size_t>> sets_;  // clusters, by rank
  std::vector<std::size_t> first_free_;         // by set
  std::vector<std::int64_t> users_;             // by cluster
  std::vector<char> stands_back_;   // by cluster: another stands for it
  std::vector<std::size_t> rank_;   // by site
  std::vector<std::size_t> image_;  // of every site, in the exchange at hand
  std::size_t next_rank_ = 0;
  std::int64_t work_left_ = 0;
};

}  // namespace acceld::placement
