// Accelerators: which whole accelerators a device takes something of, and which
// of them nobody holds anything of. An accelerator is one with all its engines;
// a network or storage device that offers a function counts as one.
// Immutable once made; thread-safe.
#pragma once

#include <vector>

#include "graph/topology.h"
#include "placement/doors.h"
#include "placement/occupancy.h"

namespace acceld::placement {

class Accelerators {
 public:
  // Both must outlive it.
  Accelerators(const graph::Topology& topology, const Occupancy& occupancy);

  // Those that a placement takes something of with `device`: the accelerator
  // that it is or is an engine of; of a device that takes hardware from others
  // (placement/doors.h), theirs. In id order.
  [[nodiscard]] std::vector<graph::VertexId> Of(graph::VertexId device) const;

  // Whether nobody holds anything of it: no lease has an open of it, of an
  // engine of it or of the same hardware, and none that had is in quarantine.
  [[nodiscard]] bool IsFree(graph::VertexId accelerator) const;

  // Every accelerator that is hardware of its own, in id order.
  [[nodiscard]] std::vector<graph::VertexId> All() const;

 private:
  [[nodiscard]] bool IsUntouched(graph::VertexId device) const;

  const graph::Topology& topology_;
  const Occupancy& occupancy_;
  const Doors doors_;
};

}  // namespace acceld::placement
