// What keeps PASIDs from travelling between a function and the root complex.
// Pure; no threading rule.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "probes/pci_function.h"

namespace acceld::probes {

struct PasidPath {
  // For people, one for each thing in the way: "0000:15:00.0 passes no
  // end-to-end TLP prefixes". Nothing in the way: empty.
  std::vector<std::string> obstacles;
  // Every configuration space on the way was readable: what is not listed is
  // not there.
  bool is_known = true;
};

// `way`: the physical function itself, then each bridge up to the root bus.
// A prefix must be passed by all; ACS redirect (RR) and upstream forwarding
// (UF), where a port has them, must be on, else requests with a PASID may be
// routed to a peer by an address that means nothing there. Quirks by which
// Linux trusts some ports without ACS are not known here, so an obstacle of
// ACS explains a PASID that is off and does not prove that it must be.
// Source: Linux pci_enable_pasid, pci_configure_eetlp_prefix, pci_acs_enabled
// (6.12); PCIe Base 6.0, 6.20 and 6.12.1.
[[nodiscard]] PasidPath FindPasidObstacles(
    std::span<const PciFunction* const> way);

}  // namespace acceld::probes
