#include "probes/pci_port.h"

#include <linux/pci_regs.h>

namespace acceld::probes {
namespace {

std::optional<PortType> FromExpress(int type) {
  switch (type) {
    case PCI_EXP_TYPE_ENDPOINT:
      return PortType::kEndpoint;
    case PCI_EXP_TYPE_LEG_END:
      return PortType::kLegacyEndpoint;
    case PCI_EXP_TYPE_ROOT_PORT:
      return PortType::kRootPort;
    case PCI_EXP_TYPE_UPSTREAM:
      return PortType::kUpstreamPort;
    case PCI_EXP_TYPE_DOWNSTREAM:
      return PortType::kDownstreamPort;
    case PCI_EXP_TYPE_PCI_BRIDGE:
      return PortType::kPcieToPciBridge;
    case PCI_EXP_TYPE_PCIE_BRIDGE:
      return PortType::kPciToPcieBridge;
    case PCI_EXP_TYPE_RC_END:
      return PortType::kIntegratedEndpoint;
    case PCI_EXP_TYPE_RC_EC:
      return PortType::kEventCollector;
    default:
      return std::nullopt;
  }
}

}  // namespace

std::string_view Name(PortType type) {
  switch (type) {
    case PortType::kRootPort:
      return "root-port";
    case PortType::kUpstreamPort:
      return "upstream-port";
    case PortType::kDownstreamPort:
      return "downstream-port";
    case PortType::kPcieToPciBridge:
      return "pcie-to-pci-bridge";
    case PortType::kPciToPcieBridge:
      return "pci-to-pcie-bridge";
    case PortType::kPciBridge:
      return "pci-bridge";
    case PortType::kEndpoint:
      return "endpoint";
    case PortType::kLegacyEndpoint:
      return "legacy-endpoint";
    case PortType::kIntegratedEndpoint:
      return "integrated-endpoint";
    case PortType::kEventCollector:
      return "event-collector";
    case PortType::kConventional:
      return "conventional";
  }
  return "conventional";
}

bool IsBridge(PortType type) {
  return type == PortType::kRootPort || type == PortType::kUpstreamPort ||
         type == PortType::kDownstreamPort || HasConventionalBusBelow(type) ||
         type == PortType::kPciToPcieBridge;
}

bool HasConventionalBusBelow(PortType type) {
  return type == PortType::kPcieToPciBridge || type == PortType::kPciBridge;
}

bool HasLinkBelow(PortType type) {
  return type == PortType::kRootPort || type == PortType::kDownstreamPort;
}

VertexKind VertexKindOf(PortType type) {
  if (type == PortType::kRootPort) return VertexKind::kRootPort;
  return IsBridge(type) ? VertexKind::kSwitchPort : VertexKind::kPciFunction;
}

std::optional<PortType> PortTypeByConfig(const PciCapabilities& capabilities,
                                         const PortPlace& place) {
  if (capabilities.express_type) {
    const auto type = FromExpress(*capabilities.express_type);
    if (type && IsBridge(*type) == place.is_bridge) return type;
    return std::nullopt;
  }
  if (!capabilities.standard_known) return std::nullopt;
  return place.is_bridge ? PortType::kPciBridge : PortType::kConventional;
}

PortType PortTypeByPlace(const PortPlace& place) {
  if (!place.parent) {
    return place.is_bridge ? PortType::kRootPort
                           : PortType::kIntegratedEndpoint;
  }
  if (HasConventionalBusBelow(*place.parent)) {
    return place.is_bridge ? PortType::kPciBridge : PortType::kConventional;
  }
  if (!place.is_bridge) return PortType::kEndpoint;
  return *place.parent == PortType::kUpstreamPort ? PortType::kDownstreamPort
                                                  : PortType::kUpstreamPort;
}

bool IsPciBridgeClass(std::int64_t class_code) {
  const std::int64_t kind = class_code >> 8;  // without programming interface
  return kind == 0x0604 || kind == 0x0607 || kind == 0x0609;
}

}  // namespace acceld::probes
