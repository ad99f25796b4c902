#include "probes/pasid_path.h"

#include <linux/pci_regs.h>

#include <cstdint>
#include <optional>

namespace acceld::probes {
namespace {

// Linux sets dev->pasid_no_tlp for these: they carry PASIDs by other means
// (drivers/pci/quirks.c, quirk_huawei_pcie_sva).
bool NeedsNoPrefix(const PciFunction& function) {
  constexpr std::int64_t kHuawei = 0x19e5;
  if (function.vendor != kHuawei) return false;
  for (const std::int64_t device :
       {0xa250, 0xa251, 0xa255, 0xa256, 0xa258, 0xa259}) {
    if (function.device == device) return true;
  }
  return false;
}

std::string AddressOf(const PciFunction& function) {
  return function.key.substr(function.key.find(':') + 1);
}

// Whether ACS has to be on there at all. Nothing: it cannot be, by the kind of
// the device.
std::optional<bool> NeedsAcs(const PciFunction& function) {
  switch (function.port) {
    case PortType::kRootPort:
    case PortType::kDownstreamPort:
      return true;
    case PortType::kUpstreamPort:
    case PortType::kEndpoint:
    case PortType::kLegacyEndpoint:
    case PortType::kIntegratedEndpoint:
      // Functions of one device could reach each other inside it.
      return function.capabilities.is_multifunction.value_or(false);
    case PortType::kPcieToPciBridge:
    case PortType::kPciToPcieBridge:
    case PortType::kPciBridge:
    case PortType::kEventCollector:
    case PortType::kConventional:
      return std::nullopt;
  }
  return std::nullopt;
}

void CheckAcs(const PciFunction& function, PasidPath& path) {
  const auto needed = NeedsAcs(function);
  if (!needed) {
    path.obstacles.push_back(AddressOf(function) + " (" +
                             std::string(Name(function.port)) +
                             ") cannot have ACS");
    return;
  }
  const PciCapabilities& capabilities = function.capabilities;
  if (!*needed) return;
  if (!capabilities.acs) {
    if (capabilities.extended_known) {
      path.obstacles.push_back(AddressOf(function) + " has no ACS");
    } else {
      path.is_known = false;
    }
    return;
  }
  // What the port does not offer is hard-wired as if it were on.
  const std::uint16_t wanted =
      (PCI_ACS_RR | PCI_ACS_UF) & capabilities.acs->supported;
  const auto off =
      static_cast<std::uint16_t>(wanted & ~capabilities.acs->enabled);
  if (off == 0) return;
  path.obstacles.push_back(AddressOf(function) + " has ACS " + AcsText(off) +
                           " off");
}

}  // namespace

PasidPath FindPasidObstacles(std::span<const PciFunction* const> way) {
  PasidPath path;
  const bool needs_prefix = !way.empty() && !NeedsNoPrefix(*way.front());
  for (const PciFunction* function : way) {
    const auto passes = function->capabilities.passes_prefixes;
    if (needs_prefix && passes == false) {
      path.obstacles.push_back(AddressOf(*function) +
                               " passes no end-to-end TLP prefixes");
    }
    if (needs_prefix && !passes && function->port != PortType::kConventional) {
      path.is_known = false;
    }
    CheckAcs(*function, path);
  }
  return path;
}

}  // namespace acceld::probes
