// RandomCase: a small machine with leases on it and a request for it, drawn
// with dice. Few different numbers, so that ties and symmetries are common.
// Tests only.
#pragma once

#include "placement/occupancy.h"
#include "placement/request.h"
#include "policy/settings.h"
#include "probes/fact.h"
#include "tests/support/dice.h"

namespace acceld::testing {

struct RandomCase {
  probes::FactSet facts;
  placement::Occupancy occupancy;
  placement::Request request;
  policy::Objective objective;
};

[[nodiscard]] RandomCase DrawCase(Dice dice);

// How many choices a case takes at most, about.
inline constexpr int kCaseChoices = 256;

// The same machine with one more device, unused, that offers everything.
[[nodiscard]] probes::FactSet WithOneMoreDevice(probes::FactSet facts);

// The same machine and leases with every key replaced by another, in another
// order.
void Relabel(RandomCase& random);

// The same pipeline with its stages in another order, and its links backwards.
void Renumber(placement::Request& request, Dice& dice);

}  // namespace acceld::testing
