// What the stages of a same/distinct constraint are compared by. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "graph/topology.h"

namespace acceld::placement {

// The device's place or property named `attribute`: "device" (the accelerator;
// engines of one accelerator are one device), "switch", "root-port",
// "host-bridge", "numa", "package", "iommu-group", or else the text of the
// attribute of that name. Nothing where the device is on none, or it is not
// known. Devices with equal labels are on the same thing.
[[nodiscard]] std::optional<std::string> GroupLabel(
    const graph::Topology& topology, std::string_view attribute,
    graph::VertexId device);

}  // namespace acceld::placement
