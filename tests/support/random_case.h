// RandomCase: a small machine with leases on it and a request for it, drawn
// from a seed. Few different numbers, so that ties and symmetries are common.
// Tests only; the same seed gives the same case everywhere.
#pragma once

#include <cstdint>

#include "placement/occupancy.h"
#include "placement/request.h"
#include "policy/settings.h"
#include "probes/fact.h"

namespace acceld::testing {

struct RandomCase {
  probes::FactSet facts;
  placement::Occupancy occupancy;
  placement::Request request;
  policy::Objective objective;
};

[[nodiscard]] RandomCase DrawCase(std::uint64_t seed);

// The same machine with one more device, unused, that offers everything.
[[nodiscard]] probes::FactSet WithOneMoreDevice(probes::FactSet facts);

// The same machine and leases with every key replaced by another, in another
// order.
void Relabel(RandomCase& random);

}  // namespace acceld::testing
