// The order in which keys are listed to people: "numa:2" before "numa:10" and
// "pci:0000:0a:00.0" before "pci:0000:10:00.0".
// Pure; no threading rule.
#pragma once

#include <string_view>

namespace acceld::graph {

// A strict weak order over all strings; only equal strings are equivalent.
// Words between punctuation are compared one by one: words of hexadecimal
// digits by their value and before all others, others with their runs of
// decimal digits by value ("gpu2" before "gpu10").
[[nodiscard]] bool NaturalLess(std::string_view a, std::string_view b);

}  // namespace acceld::graph
