// Attempt: one request on a machine under a policy, charged, placed and
// verified as acceld does it. Pure but for the clock and the scene's books.
#pragma once

#include <string>
#include <variant>

#include "accounting/books.h"
#include "base/clock.h"
#include "base/result.h"
#include "client/policy/scene.h"
#include "placement/candidates.h"
#include "placement/occupancy.h"
#include "placement/placement.h"
#include "placement/request.h"
#include "policy/policy.h"

namespace acceld::policy_tool {

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
  placement::Occupancy::Charges takes;  // of the machine
  // On the books, as long as it is kept.
  accounting::LeaseCharge lease_charge;
  accounting::LeaseCharge quota;
};
using Attempt = std::variant<Placed, Refused>;

// Takes nothing of the scene's occupancy; what is placed is charged on its
// books. Every device can be handed out: what the daemon of that machine could
// not is not known here. Errors: kInternal (the verifier refused the answer).
[[nodiscard]] Result<Attempt> TryToPlace(const placement::Request& request,
                                         const policy::Subject& subject,
                                         Scene& scene, const Clock& clock);

}  // namespace acceld::policy_tool
