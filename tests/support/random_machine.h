// RandomMachine: machines of every shape that a picture may have to hold, from
// RapidCheck's generators. Tests only.
#pragma once

#include "tests/support/machine_facts.h"

namespace acceld::testing {

// Packages with nodes, memories of every kind, buses some ports deep,
// accelerators with engines, runs of equal functions, hubs, and links and
// shared memories all across. Call it within rc::check.
[[nodiscard]] MachineFacts RandomMachine();

}  // namespace acceld::testing
