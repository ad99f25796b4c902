// Attempt: one request on a machine under a policy, through the candidates,
// the solver and the verifier that acceld uses. Pure but for the clock.
#pragma once

#include <string>
#include <variant>

#include "base/clock.h"
#include "base/result.h"
#include "graph/topology.h"
#include "placement/candidates.h"
#include "placement/occupancy.h"
#include "placement/placement.h"
#include "placement/request.h"
#include "policy/policy.h"

namespace acceld::policy_tool {

// The state of things that a request meets. All must outlive the attempt.
struct Scene {
  const graph::Topology& topology;
  const placement::Occupancy& occupancy;
  const policy::Policy& policy;
};

// Outcomes, not errors.
struct Refused {
  // One word: a bound of the policy ("limit", "quota", "objective"), why no
  // device serves a stage ("policy", "taint", "selector", "sharing", ...:
  // docs/placement.md), "together" (each stage has devices, the pipeline has
  // no placement), "deadline".
  std::string reason;
  std::string text;  // for people
};
struct Placed {
  placement::CandidateSet candidates;
  placement::Solved solved;
};
using Attempt = std::variant<Placed, Refused>;

// Every device can be handed out: what the daemon of that machine could not is
// not known here. Errors: kInternal (the verifier refused the answer).
[[nodiscard]] Result<Attempt> TryToPlace(const placement::Request& request,
                                         const policy::Subject& subject,
                                         const Scene& scene,
                                         const Clock& clock);

}  // namespace acceld::policy_tool
