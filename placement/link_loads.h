// LinkLoads: what the traffic that a request states puts on the links of the
// machine, for each two places of its variables. What the search knows of link
// capacity; made only where links can run out at all. Paths are looked up when
// they are first asked for.
// Not thread-safe; lives inside one solve.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "graph/topology.h"
#include "placement/lanes.h"

namespace acceld::placement {

// Data from each replica of one class to each of another, in bytes/s; of a
// class to itself: from each replica to each other one.
struct StatedFlow {
  std::size_t from = 0;    // class
  std::size_t to = 0;      // class
  std::int64_t share = 0;  // of one pair of replicas; at most kMaxCost
  std::int64_t all = 0;    // of all of them; at most kMaxCost
};

class LinkLoads {
 public:
  // `domains`: the places of each class, by value. `topology` must outlive it.
  // Nothing where no placement can overload a link: where each known one has
  // room for all flows together, or lies on no path between the places.
  // Complexity: all links once; paths are looked up later.
  [[nodiscard]] static std::unique_ptr<LinkLoads> Make(
      const graph::Topology& topology,
      const std::vector<std::span<const graph::VertexId>>& domains,
      const std::vector<StatedFlow>& flows);

  // Lanes found so far; more are found as paths are looked up.
  [[nodiscard]] std::size_t lanes() const { return capacity_.size(); }
  // In bytes/s.
  [[nodiscard]] std::int64_t capacity(std::size_t lane) const {
    return capacity_[lane];
  }
  // No lane has less.
  [[nodiscard]] std::int64_t least_capacity() const { return least_; }
  // What a variable of one class and one of the other send each other.
  [[nodiscard]] std::int64_t Between(std::size_t a, std::size_t b) const {
    return between_[a * classes_ + b];
  }
  // Lanes, by number, that the path loads and that can run out. None where
  // either is no place of a flow.
  [[nodiscard]] std::span<const std::uint32_t> LanesOf(
      graph::VertexId from, graph::VertexId to) const;
  // Calls visit(lane, bytes/s) for what a variable of `a` at its value `x` and
  // one of `b` at its value `y` send each other, lane by lane; a lane may come
  // more than once.
  template <typename Visit>
  void ForEach(std::size_t a, std::size_t x, std::size_t b, std::size_t y,
               Visit visit) const {
    for (const Tie& tie : ties_[a * classes_ + b]) {
      const std::uint32_t p = place_[a][x];
      const std::uint32_t q = place_[b][y];
      for (const std::uint32_t lane :
           tie.reversed ? Lanes(q, p) : Lanes(p, q)) {
        visit(lane, tie.share);
      }
    }
  }
  // Whether what the two send each other overloads a lane by itself.
  [[nodiscard]] bool Overloads(std::size_t a, std::size_t x, std::size_t b,
                               std::size_t y) const;

 private:
  struct Tie {
    std::int64_t share = 0;
    bool reversed = false;  // from the second to the first
  };
  // The lanes to each place, one after the other.
  struct Row {
    std::vector<std::uint32_t> begin;
    std::vector<std::uint32_t> lanes;
  };

  LinkLoads(const graph::Topology& topology,
            const std::vector<std::span<const graph::VertexId>>& domains,
            const std::vector<StatedFlow>& flows, std::int64_t most,
            std::int64_t least);
  [[nodiscard]] std::span<const std::uint32_t> Lanes(std::uint32_t from,
                                                     std::uint32_t to) const;
  void ComputeRow(std::uint32_t from, Row& row) const;

  const graph::Topology& topology_;
  const std::size_t classes_;
  const std::int64_t most_;             // of all flows together
  const std::int64_t least_;            // of all lanes that can run out
  std::vector<std::vector<Tie>> ties_;  // by pair of classes, either order
  std::vector<std::int64_t> between_;   // sums of their shares
  std::vector<graph::VertexId> places_;
  std::unordered_map<graph::VertexId, std::uint32_t> numbers_;  // of places
  std::vector<std::vector<std::uint32_t>> place_;  // by class, then value
  mutable std::vector<Row> rows_;                  // by place; empty: not yet
  mutable std::map<std::tuple<graph::VertexId, graph::VertexId,
                              std::optional<graph::VertexId>>,
                   std::uint32_t>
      lane_numbers_;
  mutable std::vector<std::int64_t> capacity_;  // by lane
};

}  // namespace acceld::placement
