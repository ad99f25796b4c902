// A placement for people.
#pragma once

#include <cstddef>
#include <string>

#include "base/document.h"

namespace acceld::ctl {

// One line: "optimal, cost 1,234 (12 nodes in 340us); run on numa:0".
[[nodiscard]] std::string PlacementSummary(const Document& placement);
// The tables of stages and buffers. `indent`: spaces before each line.
[[nodiscard]] std::string PlacementTables(const Document& placement,
                                          std::size_t indent = 0);
// Every term of the cost, what else was looked at and why it was refused.
[[nodiscard]] std::string PlacementReasons(const Document& placement);

}  // namespace acceld::ctl
