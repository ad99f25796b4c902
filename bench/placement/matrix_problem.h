// A Problem from an Instance: the same integers that a request on a machine
// becomes, so that the solver that is measured is the daemon's.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "bench/placement/instance.h"
#include "placement/problem.h"

namespace acceld::bench {

// By class of the problem: the stages that are its replicas. Stages that can be
// exchanged for one another are one class.
[[nodiscard]] std::vector<std::vector<std::size_t>> StagesByClass(
    const Instance& instance);

// Stages that can be exchanged for one another become replicas of one class.
// `instance` must outlive the problem.
[[nodiscard]] std::unique_ptr<placement::Problem> MakeProblem(
    const Instance& instance);

}  // namespace acceld::bench
