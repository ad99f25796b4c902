// Links between a PCI function and what it hangs on. The upper end is always
// LinkFact::from.
// Single-threaded.
#pragma once

#include "probes/fact.h"
#include "probes/pci_function.h"

namespace acceld::probes {

// The link between a bridge and a function below it.
// - Below a root or downstream port: a PCIe link, with the attributes speed,
//   width, max_speed, max_width. The lower end's registers are believed, the
//   upper end's where it has none (a virtual function). What the slot can do
//   is port_max_speed and port_max_width: where that is what limits, no
//   retraining will help. "degraded" lists what is below both
//   (probes/pcie_degradation.h).
// - Below a PCIe-to-PCI or PCI bridge: a shared conventional bus.
// - Below an upstream port: inside the switch, on the die.
[[nodiscard]] LinkFact LinkBelowBridge(const PciFunction& bridge,
                                       const PciFunction& function);

// From a host bridge to a function on its root bus, on the die.
[[nodiscard]] LinkFact LinkBelowHostBridge(const std::string& host_bridge,
                                           const PciFunction& function);

// A link on the die that nothing rates.
[[nodiscard]] LinkFact OnDieLink(std::string from, std::string to);

}  // namespace acceld::probes
