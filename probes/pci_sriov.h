// SR-IOV: what a physical function says of its virtual functions, and whether
// the two agree about each other.
// Single-threaded.
//
// Source: Documentation/ABI/testing/sysfs-bus-pci: sriov_totalvfs,
// sriov_numvfs, sriov_drivers_autoprobe, sriov_vf_total_msix, virtfnN, physfn;
// PCIe Base 6.0, 9.3.3 (the capability).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "probes/fact_reader.h"
#include "probes/pci_address.h"
#include "probes/pci_function.h"

namespace acceld::probes {

// Adds sriov_total_vfs, sriov_num_vfs, sriov_drivers_autoprobe and
// sriov_vf_total_msix to a physical function; nothing to any other.
void AddSrIov(const FactReader& reader, const PciFunction& function);

// The function at an address; null where the machine has none.
using FunctionFinder = std::function<const PciFunction*(const PciAddress&)>;

// Where the links virtfn0, virtfn1, ... of the physical function at `path`
// lead.
[[nodiscard]] std::vector<std::string> ReadVirtualNames(
    const FactReader& reader, const std::string& path);

// Adds sriov_vf_index to each of the virtual functions of `physical` (at
// `address`, with its virtual_names) that names it back by `physfn`. What
// does not fit is a fault: a link to nothing or to a function of another,
// fewer links than there are functions that name this one (`named_by`), or
// than sriov_numvfs promises.
void AddVirtualFunctions(const FactReader& reader, const PciFunction& physical,
                         const PciAddress& address, std::int64_t named_by,
                         const FunctionFinder& find);

}  // namespace acceld::probes
