// Fragmentation: how much of the accelerators for one function is free, and
// the largest set of them that is whole (docs/placement.md, "units"), as
// leases come and go.
// Not thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "graph/topology.h"
#include "placement/accelerators.h"
#include "placement/occupancy.h"

namespace acceld::policy_tool {

class Fragmentation {
 public:
  // `occupancy` is read at each question and must outlive it.
  Fragmentation(std::shared_ptr<const graph::Topology> topology,
                const placement::Occupancy& occupancy,
                const std::string& function);

  struct Now {
    std::int64_t free = 0;           // accelerators
    std::int64_t largest_whole = 0;  // accelerators in the largest unit of
                                     // which all are free; a single one is 1
  };
  [[nodiscard]] Now Look() const;
  [[nodiscard]] std::int64_t total() const {
    return static_cast<std::int64_t>(watched_.size());
  }
  // How large whole sets are on this machine, ascending: 1, 2, 4, 8.
  [[nodiscard]] const std::vector<std::int64_t>& sizes() const {
    return sizes_;
  }
  // The watched accelerators that are taken by a use of `device`.
  [[nodiscard]] std::vector<graph::VertexId> WatchedOf(
      graph::VertexId device) const;

 private:
  std::shared_ptr<const graph::Topology> topology_;
  placement::Accelerators accelerators_;
  std::vector<graph::VertexId> watched_;             // ascending
  std::vector<std::vector<graph::VertexId>> units_;  // of watched ones
  std::vector<std::int64_t> sizes_;
};

}  // namespace acceld::policy_tool
