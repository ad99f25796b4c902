// What a device costs by itself: the policy's part of the objective, and what
// the request would rather not have. Pure.
#pragma once

#include "base/units.h"
#include "placement/candidates.h"
#include "placement/cost.h"
#include "placement/device_view.h"
#include "placement/occupancy.h"
#include "policy/settings.h"

namespace acceld::placement {

// spread_weight (ns at kReferenceTraffic) for each open that leases hold.
[[nodiscard]] Cost SpreadCost(const policy::Objective& objective,
                              const Occupancy& occupancy,
                              const DeviceView& device);

// pack_weight (ns at kReferenceTraffic): of a free accelerator that a placement
// takes something of, however much it takes.
[[nodiscard]] Cost PackCost(const policy::Objective& objective);

// power_weight (ns at kReferenceTraffic) for each watt of a free board
// (placement/boards.h) that a placement takes something of. Nothing is rounded:
// a watt at 1 GB/s is a microwatt at 1 kB/s.
[[nodiscard]] Cost PowerCost(const policy::Objective& objective,
                             Microwatts power);

// keep_whole_weight (ns at kReferenceTraffic): of a unit (placement/units.h)
// that was wholly free and that a placement takes something of.
[[nodiscard]] Cost KeepWholeCost(const policy::Objective& objective);

// preferred_weight (ns at kReferenceTraffic) where the device's framework is
// not preferred; of n preferred ones, the i-th (from 0) costs i / n of it,
// rounded down to whole ns. 0 where nothing is preferred.
[[nodiscard]] Cost PreferenceCost(const policy::Objective& objective,
                                  const DeviceView& device);

// What the device's classes cost (ns at kReferenceTraffic), all of them added.
[[nodiscard]] Cost ClassesCost(const policy::Objective& objective,
                               const DeviceView& device);

// kAvoidedCost for each reason why a stage has `device` (one of its
// candidates) only where no other can serve: SVA, and a taint.
[[nodiscard]] Cost SvaCost(const StageCandidates& candidates,
                           graph::VertexId device);
[[nodiscard]] Cost TaintCost(const StageCandidates& candidates,
                             graph::VertexId device);

}  // namespace acceld::placement
