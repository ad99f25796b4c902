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

// "16GT/s x16"; "of 32GT/s x16" where both ends could do more; "of 32GT/s x16,
// as the port allows" where the device could and its port cannot. "" where the
// link has no such attributes.
struct LinkWidth {
  std::string text;
  bool degraded = false;
  bool limited = false;  // by the port, and not degraded
};
[[nodiscard]] LinkWidth WidthOf(const Link& link);

}  // namespace acceld::graph
