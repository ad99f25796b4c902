// Paths: what lies between two places, as the objective and the latency limits
// see it. Thread-safe.
#pragma once

#include <optional>

#include "base/units.h"
#include "graph/topology.h"
#include "placement/cost.h"

namespace acceld::placement {

class Paths {
 public:
  virtual ~Paths() = default;
  Paths() = default;
  Paths(const Paths&) = delete;
  Paths& operator=(const Paths&) = delete;

  // Cost of 1 kB/s from one to the other: 0 to itself, kForbidden where no path
  // leads there.
  [[nodiscard]] virtual Cost CostBetween(graph::VertexId from,
                                         graph::VertexId to) const = 0;
  // Nothing where no path leads there.
  [[nodiscard]] virtual std::optional<Nanoseconds> LatencyBetween(
      graph::VertexId from, graph::VertexId to) const = 0;
};

}  // namespace acceld::placement
