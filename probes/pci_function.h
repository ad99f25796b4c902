// PciFunction: one function or bridge as the probe knows it, and the facts of
// it alone (its links are in pci_links.h).
// Values; no threading rule.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/topology_terms.h"
#include "probes/config_space.h"
#include "probes/fact_reader.h"
#include "probes/numa_attachment.h"
#include "probes/pci_link.h"
#include "probes/pci_port.h"
#include "probes/pci_tree.h"

namespace acceld::probes {

struct PciFunction {
  std::string key;   // "pci:0000:3a:00.0"
  std::string path;  // as PciNode::path
  PortType port = PortType::kEndpoint;
  Provenance port_from;
  PciCapabilities capabilities;
  PciLinkState link;
  std::optional<int> numa_node;
  std::optional<std::int64_t> vendor;
  std::optional<std::int64_t> device;
  std::optional<std::int64_t> class_code;  // 24 bits
  // The physical function, where this is a virtual one.
  std::optional<PciAddress> physical;
  // sriov_numvfs: virtual functions of this one that exist.
  std::optional<std::int64_t> virtual_functions;
  // Where its links virtfn0, virtfn1, ... lead: "0000:3a:00.2". Not read by
  // ReadPciFunction().
  std::vector<std::string> virtual_names;
  friend bool operator==(const PciFunction&, const PciFunction&) = default;
};

// Reads one function. `parent`: the bridge above, null on a root bus.
[[nodiscard]] PciFunction ReadPciFunction(const FactReader& reader,
                                          const PciNode& node,
                                          const PciFunction* parent,
                                          const NumaNodes& numa);

// Adds the entity and its attributes. `physical` is the physical function of a
// virtual one (null: none, or not found): its PASID and PRI capabilities hold
// for both, a virtual function has none of its own.
// Source: PCIe Base 6.0, 7.8.9 (PASID) and 10.5.2 (PRI).
void AddPciFunction(const FactReader& reader, const PciFunction& function,
                    const PciFunction* physical);

}  // namespace acceld::probes
