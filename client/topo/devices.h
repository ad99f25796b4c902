// `accel-topo devices` and `accel-topo functions`: what can be asked for.
// Pure functions; no threading rule.
#pragma once

#include <string>

#include "base/document.h"
#include "client/topo/look.h"
#include "client/topo/machine.h"

namespace acceld::topo {

// One row for each accelerator, NIC and storage device that offers a function.
// A device under several frameworks has one for each, which names the others
// ("same device as"): they are granted separately.
[[nodiscard]] std::string DevicesText(const Machine& machine, const Look& look);
// {"devices": [{"key", "numa", "package", "pci_function", "same_device_as":
// [keys], "attributes": {...}}]}; what is not known is absent.
[[nodiscard]] Document DevicesDocument(const Machine& machine);

// One row for each function that some accelerator or engine offers.
[[nodiscard]] std::string FunctionsText(const Machine& machine,
                                        const Look& look);
// {"functions": [{"function": ..., "what": ..., "devices": [...]}]}
[[nodiscard]] Document FunctionsDocument(const Machine& machine);

}  // namespace acceld::topo
