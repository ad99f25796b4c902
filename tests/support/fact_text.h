// Facts as text, for goldens: one sorted line for each entity, attribute, link,
// relation and fault. Tests only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "probes/fact.h"

namespace acceld::testing {

// What is about a key that starts with one of `prefixes` ("accelerator:dsa"),
// of links and relations at either end, and every fault. No prefix: all.
[[nodiscard]] std::string FactText(const probes::FactSet& facts,
                                   const std::vector<std::string>& prefixes);

}  // namespace acceld::testing
