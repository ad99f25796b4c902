// What a link can carry, for people.
// Pure functions; no threading rule.
#pragma once

#include <string>

#include "graph/parts.h"

namespace acceld::graph {

// "140ns, 20GB/s": one direction, marked; the latency alone where nothing
// limits the bandwidth.
[[nodiscard]] std::string TextOf(const Rate& rate);
// Both directions where they differ.
[[nodiscard]] std::string RatesOf(const Link& link);

}  // namespace acceld::graph
