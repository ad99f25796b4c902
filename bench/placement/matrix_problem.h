// A Problem from an Instance: the same integers that a request on a machine
// becomes, so that the solver that is measured is the daemon's.
#pragma once

#include <memory>

#include "bench/placement/instance.h"
#include "placement/problem.h"

namespace acceld::bench {

// Stages that can be exchanged for one another become replicas of one class.
// `instance` must outlive the problem.
[[nodiscard]] std::unique_ptr<placement::Problem> MakeProblem(
    const Instance& instance);

}  // namespace acceld::bench
