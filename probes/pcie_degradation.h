// Which PCIe links run below what both of their ends can do.
// Pure; no threading rule.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/attribute.h"

namespace acceld::probes {

// Of a link's attributes "speed" and "width", those that are below the lesser
// of max_speed and port_max_speed (max_width and port_max_width): "speed",
// "width". A narrow card in a wide slot is not degraded, nor is a wide card in
// a narrow slot: retraining would help neither. Where one end's maximum is not
// known, the other's stands for both.
[[nodiscard]] std::vector<std::string> DegradedParts(
    std::span<const Attribute> attributes);

// Of the same two, those at which the device could do more and the port cannot:
// what another slot would better. None of them is degraded.
[[nodiscard]] std::vector<std::string> LimitedParts(
    std::span<const Attribute> attributes);

}  // namespace acceld::probes
