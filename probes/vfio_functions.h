// What a PCI function offers to a program that drives it by itself, through
// VFIO. No kernel driver says it; the device does, by its id or its class.
//
// By id, for devices that are known; by class, for those that every driver of
// the class can use. A class alone says too little of processing accelerators
// (0x12) and co-processors (0x0b40): they offer what their id is known for, or
// nothing. A network controller (0x02) is no function of the vocabulary.
//
// Virtual functions of QAT are not here: what they do is configuration of their
// physical function (probes/qat.h).
// Pure; no threading rule.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "probes/pci_identity.h"

namespace acceld::probes {

[[nodiscard]] std::span<const std::string_view> VfioFunctions(
    const PciIdentity& identity);

// Every function that the table holds.
[[nodiscard]] std::vector<std::string_view> MappedVfioFunctions();

}  // namespace acceld::probes
