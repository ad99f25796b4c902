// PciTree: which PCI function hangs below which, from the nesting of
// directories under /sys/devices. Configuration bytes are not used: without
// them (unprivileged, or a recording that lacks them) the tree is the same.
// Values; no threading rule.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "probes/fact_reader.h"
#include "probes/pci_address.h"

namespace acceld::probes {

struct PciNode {
  PciAddress address;
  // Where its attributes are: "sys/bus/pci/devices/0000:3a:00.0".
  std::string path;
  std::size_t host_bridge = 0;        // index into PciTree::host_bridges
  std::optional<std::size_t> parent;  // index into PciTree::nodes
  bool has_children = false;          // nodes, below it
  friend bool operator==(const PciNode&, const PciNode&) = default;
};

struct PciHostBridge {
  PciRootBus bus;
  // A function that opens a domain of its own (VMD).
  std::optional<std::size_t> behind;
  // Only its existence is assumed: no path shows which root bus it is.
  bool is_assumed = false;
  friend bool operator==(const PciHostBridge&, const PciHostBridge&) = default;
};

// Where the bus's entries lead: "sys/devices/pci0000:3a/0000:3a:00.0".
using PciPaths = std::map<PciAddress, std::string>;

struct PciTree {
  std::vector<PciNode> nodes;  // each after its parent
  std::vector<PciHostBridge> host_bridges;
  PciPaths paths;
  friend bool operator==(const PciTree&, const PciTree&) = default;
};

// Reads /sys/bus/pci/devices. Bridges that only the paths show are nodes too.
// Names that are no addresses and links that lead nowhere, or to another
// device, are faults. Entries that are in `known` are not followed again.
[[nodiscard]] PciTree ReadPciTree(const FactReader& reader,
                                  const PciPaths& known = {});

}  // namespace acceld::probes
