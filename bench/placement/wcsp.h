// Wcsp: an instance as a weighted constraint satisfaction problem, in the
// format that toulbar2 reads: a variable for each stage, its values the allowed
// devices in order, and a table of costs for every two stages.
//
// Source: the toulbar2 user manual, "wcsp format".
#pragma once

#include <string>

#include "base/result.h"
#include "bench/placement/instance.h"

namespace acceld::bench {

// Tables hold pairs of stages, so a device must have room for one stage or for
// all. Errors: kUnsupported where one has room for some.
[[nodiscard]] Result<std::string> ToWcsp(const Instance& instance);

}  // namespace acceld::bench
