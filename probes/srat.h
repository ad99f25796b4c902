// SRAT, the ACPI System Resource Affinity Table: which proximity domains have
// CPUs, memory or generic initiators, and which node number Linux gives each.
//
// Pure parser of outside bytes; value types; no threading rule.
// Source: ACPI 6.5, section 5.2.16; Linux drivers/acpi/numa/srat.c.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "probes/hmat.h"
#include "probes/pci_address.h"

namespace acceld::probes {

struct SratDomain {
  ProximityDomain domain = 0;
  bool has_cpus = false;
  bool has_memory = false;
  bool has_generic_initiator = false;
  // Generic initiators that are PCI functions, in the table's order.
  std::vector<PciAddress> initiators;
};

// The enabled domains in the order in which Linux meets them. Linux gives each
// new domain the next free node number, so the position in this vector is the
// node. It walks the table twice: first the CPUs and generic initiators, in
// the table's order, then the memories. Nodes that Linux makes for CXL windows
// afterwards are in no SRAT and come after these.
// Errors: kCorruptInput.
[[nodiscard]] Result<std::vector<SratDomain>> ParseSrat(std::string_view bytes);

}  // namespace acceld::probes
