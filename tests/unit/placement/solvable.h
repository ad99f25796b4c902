// Solvable: a random case on its machine, with candidates as root sees them.
// Tests only.
#pragma once

#include <chrono>
#include <limits>
#include <memory>
#include <optional>
#include <utility>

#include "graph/topology.h"
#include "placement/placement.h"
#include "policy/policy.h"
#include "tests/support/fake_clock.h"
#include "tests/support/random_case.h"

namespace acceld::testing {

struct Solvable {
  RandomCase random;
  std::shared_ptr<const graph::Topology> topology;
  placement::CandidateSet candidates;

  explicit Solvable(RandomCase drawn)
      : random(std::move(drawn)),
        topology(graph::Topology::Build(random.facts, 1)),
        candidates(placement::FindCandidates(
            random.request, *topology, random.occupancy,
            *policy::Policy::Default(), policy::Subject{},
            [](const graph::Vertex&) { return std::nullopt; })) {}

  [[nodiscard]] placement::Outcome Solve(const placement::Budget& budget,
                                         const Clock& clock) const {
    return placement::Solve(random.request, candidates, *topology,
                            random.occupancy, random.objective, budget, clock);
  }
  // With all the time there is.
  [[nodiscard]] placement::Outcome Solve() const {
    const FakeClock clock;
    return Solve({clock.Now() + std::chrono::seconds(1)}, clock);
  }
  [[nodiscard]] Status Verify(const placement::Placement& placement) const {
    return placement::Verify(random.request, candidates, *topology,
                             random.occupancy, random.objective, placement);
  }
};

// What the best placement costs; nothing where nothing fits.
inline std::optional<placement::Cost> Least(const Solvable& one) {
  const placement::Outcome outcome = one.Solve();
  const auto* solved = std::get_if<placement::Solved>(&outcome);
  if (solved == nullptr) return std::nullopt;
  return solved->placement.total;
}

}  // namespace acceld::testing
