// Placement: a device for every stage and a memory target for every buffer,
// proven best. Solve() is the whole of DESIGN 6; Verify() is an independent
// second opinion that runs before every grant. Pure; thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/document.h"
#include "base/result.h"
#include "graph/topology.h"
#include "placement/candidates.h"
#include "placement/cost.h"
#include "placement/occupancy.h"
#include "placement/refusal.h"
#include "placement/request.h"
#include "policy/policy.h"

namespace acceld::placement {

struct StageAssignment {
  std::size_t stage = 0;     // index into request.stages
  std::int64_t replica = 0;  // 0 .. count-1
  graph::VertexId device;
};

struct BufferAssignment {
  std::size_t link = 0;  // index into request.links
  graph::VertexId memory;
};

// One summand of the objective, for people and for `accelctl explain`.
struct CostTerm {
  std::string what;  // "unzip -> infer through memory:2"
  Cost cost = 0;
  Nanoseconds latency;       // of the slowest path behind it
  BytesPerSecond bandwidth;  // of the narrowest; 0: no path (one device, or a
                             // term of the policy)
};

struct Placement {
  std::vector<StageAssignment> stages;    // by stage, then replica
  std::vector<BufferAssignment> buffers;  // by link; links without one absent
  graph::VertexId host;  // NUMA node whose CPUs the client shall run on
  Cost total = 0;        // sum of the terms, saturating (cost.h)
  std::vector<CostTerm> terms;
};

enum class Proof { kOptimal, kFeasible };
[[nodiscard]] std::string_view Name(Proof proof);

struct Solved {
  Placement placement;
  Proof proof{};
  Cost lower_bound = 0;    // == placement.total where optimal
  std::int64_t nodes = 0;  // of the search tree
  Nanoseconds elapsed;
};
struct Infeasible {
  Refusal refusal;
};
struct TimedOut {  // no placement known, none excluded
  std::int64_t nodes = 0;
};
using Outcome = std::variant<Solved, Infeasible, TimedOut>;

struct Budget {
  SteadyTime deadline;
  std::int64_t max_nodes = 50'000'000;
  bool explain = true;  // where nothing fits: say why, which takes longer
};

// Deterministic for the same input unless the deadline cuts it short.
[[nodiscard]] Outcome Solve(const Request& request,
                            const CandidateSet& candidates,
                            const graph::Topology& topology,
                            const Occupancy& occupancy,
                            const policy::Objective& objective,
                            const Budget& budget, const Clock& clock);

// Re-checks every hard constraint and the cost from the request alone, with
// none of the solver's code. Errors: kInternal with what is wrong (a bug).
[[nodiscard]] Status Verify(const Request& request,
                            const CandidateSet& candidates,
                            const graph::Topology& topology,
                            const Occupancy& occupancy,
                            const policy::Objective& objective,
                            const Placement& placement);

// What a lease on this placement takes.
[[nodiscard]] Occupancy::Charges ChargesOf(const Request& request,
                                           const graph::Topology& topology,
                                           const Placement& placement);

// The form on the wire and in logs: keys, costs, proof, terms.
[[nodiscard]] Document ToDocument(const Request& request,
                                  const graph::Topology& topology,
                                  const Solved& solved);
// The same with the rejected candidates and why (without kPolicy ones): what
// Plan answers, and longer than the rest.
[[nodiscard]] Document ToDocument(const Request& request,
                                  const CandidateSet& candidates,
                                  const graph::Topology& topology,
                                  const Solved& solved);

}  // namespace acceld::placement
