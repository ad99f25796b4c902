// OnceOracle: what a placement pays once, by formulas of its own: the part of
// the oracle of the solver's tests that knows accelerators and units. Tests
// only.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "graph/topology.h"
#include "placement/occupancy.h"
#include "placement/placement.h"
#include "policy/settings.h"

namespace acceld::testing {

// For machines whose accelerators are joined by fabric hubs, or by fabric links
// in pairs that have no others.
class OnceOracle {
 public:
  // Both must outlive it.
  OnceOracle(const graph::Topology& topology,
             const placement::Occupancy& occupancy);

  [[nodiscard]] placement::Cost CostOf(
      const placement::Placement& placement,
      const policy::Objective& objective) const;

 private:
  [[nodiscard]] graph::VertexId Whole(graph::VertexId device) const;
  [[nodiscard]] std::vector<graph::VertexId> Doors(
      graph::VertexId device) const;
  [[nodiscard]] std::int64_t PowerOf(
      const std::set<graph::VertexId>& taken) const;
  [[nodiscard]] std::set<std::string> PlacesOf(graph::VertexId one) const;
  void FindHeld(const placement::Occupancy& occupancy);
  void FindUnits();

  const graph::Topology& topology_;
  std::set<graph::VertexId> held_;             // accelerators
  std::set<std::set<graph::VertexId>> units_;  // of two accelerators or more
};

}  // namespace acceld::testing
