// What the ports and decoders of the CXL bus say of the PCI hierarchy below
// which they lie.
// Single-threaded. Used by the CXL probe.
#pragma once

#include "probes/cxl_bus.h"
#include "probes/fact_reader.h"

namespace acceld::probes {

// Adds
// - cxl_port to what a port is a port of, cxl_dport (the id that decoders name
//   it by) to each downstream port, cxl_decoders to both ends' devices, and
//   cxl_windows (the platform's address windows) to the host bridges that
//   serve them;
// - a CXL link from each downstream port to the switch or memory device below
//   it. The same wires carry the PCIe link, so it has that link's bandwidth
//   and attributes. What lies between (host bridge to root port, the inside of
//   a switch) is on a die and linked by the PCI probe already.
void AddCxlPorts(const FactReader& reader, const CxlBus& bus);

}  // namespace acceld::probes
