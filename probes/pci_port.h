// What part of PCI Express a function is, by its configuration space or, where
// that cannot be read, by its place in the tree.
// Pure; no threading rule.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/topology_terms.h"
#include "probes/config_space.h"

namespace acceld::probes {

enum class PortType {
  kRootPort,            // "root-port"
  kUpstreamPort,        // "upstream-port": of a switch
  kDownstreamPort,      // "downstream-port": of a switch
  kPcieToPciBridge,     // "pcie-to-pci-bridge"
  kPciToPcieBridge,     // "pci-to-pcie-bridge"
  kPciBridge,           // "pci-bridge": conventional on both sides
  kEndpoint,            // "endpoint"
  kLegacyEndpoint,      // "legacy-endpoint"
  kIntegratedEndpoint,  // "integrated-endpoint": of the root complex
  kEventCollector,      // "event-collector": of the root complex
  kConventional,        // "conventional": no PCI Express
};
[[nodiscard]] std::string_view Name(PortType type);

[[nodiscard]] bool IsBridge(PortType type);
// Whether what is below the bridge is a conventional PCI bus.
[[nodiscard]] bool HasConventionalBusBelow(PortType type);
// Root and downstream ports: their link attributes describe the link below.
[[nodiscard]] bool HasLinkBelow(PortType type);

// Root ports are root ports; all other bridges, conventional ones too, are
// vertices of a switch, for traffic branches at them.
[[nodiscard]] VertexKind VertexKindOf(PortType type);

struct PortPlace {
  bool is_bridge = false;
  std::optional<PortType> parent;  // nothing: directly on a root bus
};

// Nothing where the space does not say, or says what such a function cannot
// be (an endpoint with functions below).
[[nodiscard]] std::optional<PortType> PortTypeByConfig(
    const PciCapabilities& capabilities, const PortPlace& place);
// A bridge on a root bus is a root port; below a root or downstream port there
// is an upstream port, below that a downstream port.
[[nodiscard]] PortType PortTypeByPlace(const PortPlace& place);

// Whether the class code ("0x060400" is 0x060400) is that of a bridge between
// PCI buses: PCI, CardBus or semi-transparent.
// Source: PCI Code and ID Assignment 1.15, 1.7 (base class 06h).
[[nodiscard]] bool IsPciBridgeClass(std::int64_t class_code);

}  // namespace acceld::probes
