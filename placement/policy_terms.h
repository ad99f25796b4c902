// The policy's part of the objective: what a device costs by itself. Pure.
#pragma once

#include "placement/cost.h"
#include "placement/device_view.h"
#include "placement/occupancy.h"
#include "policy/settings.h"

namespace acceld::placement {

// spread_weight for each open of the device that leases hold.
[[nodiscard]] Cost SpreadCost(const policy::Objective& objective,
                              const Occupancy& occupancy,
                              const DeviceView& device);

// Of n preferred frameworks, a device of the i-th (from 0) costs
// preferred_weight x i / n, rounded down; one of none preferred_weight.
// 0 where nothing is preferred.
[[nodiscard]] Cost PreferenceCost(const policy::Objective& objective,
                                  const DeviceView& device);

}  // namespace acceld::placement
