// Which taint of a device counts: one of the policy, or one that was set at run
// time. Pure.
#pragma once

#include <functional>
#include <optional>

#include "graph/topology.h"
#include "placement/device_view.h"
#include "policy/policy.h"

namespace acceld::placement {

// A taint set at run time on a device, beside those of the policy; nothing
// where there is none. Binds everybody. May be empty.
using DeviceTaint = std::function<std::optional<policy::TaintVerdict>(
    const graph::Vertex& device)>;

// The taint that weighs most: one that refuses before one that avoids, and of
// equals the policy's. One set at run time on an accelerator is on its engines
// too. `marks` are those of `device`.
[[nodiscard]] std::optional<policy::TaintVerdict> HeaviestTaint(
    const policy::Policy& policy, const policy::SubjectMarks& subject,
    const policy::DeviceMarks& marks, const graph::Topology& topology,
    const DeviceView& device, const DeviceTaint& at_run_time);

}  // namespace acceld::placement
