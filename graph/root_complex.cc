#include "graph/root_complex.h"

#include <array>
#include <string_view>
#include <utility>
#include <variant>

namespace acceld::graph {
namespace {

struct Listed {
  std::string_view id;  // "vendor:device"
  RootRouting routing;
};

constexpr std::array kListed = {
    Listed{"8086:09a2", RootRouting::kEverywhere},
    Listed{"8086:2020", RootRouting::kEverywhere},
    Listed{"8086:2030", RootRouting::kEverywhere},
    Listed{"8086:2031", RootRouting::kEverywhere},
    Listed{"8086:2032", RootRouting::kEverywhere},
    Listed{"8086:2033", RootRouting::kEverywhere},
    Listed{"8086:2f00", RootRouting::kWithinBridge},
    Listed{"8086:2f01", RootRouting::kWithinBridge},
    Listed{"8086:3c00", RootRouting::kWithinBridge},
    Listed{"8086:3c01", RootRouting::kWithinBridge},
};

std::string Text(const Vertex& vertex, std::string_view name) {
  const AttributeValue* value = vertex.Get(name);
  const auto* text =
      value == nullptr ? nullptr : std::get_if<std::string>(value);
  return text == nullptr ? std::string() : *text;
}

bool IsZen(std::string_view cpu) {
  if (cpu.find("AMD") == std::string_view::npos) return false;
  for (const std::string_view brand : {"EPYC", "Ryzen", "Instinct"}) {
    if (cpu.find(brand) != std::string_view::npos) return true;
  }
  return false;
}

// The first device of the root bus, where it stands for the bridge: function
// 00.0, or a root port.
const Vertex* FirstDevice(const Topology& topology, const Hanging& hanging,
                          VertexId bridge) {
  for (const VertexId id : hanging.ChildrenOf(bridge)) {
    const Vertex& vertex = topology.vertex(id);
    if (!IsBusPart(vertex.kind)) continue;
    const bool stands_for_it = vertex.kind == VertexKind::kRootPort ||
                               std::string_view(vertex.key).ends_with(":00.0");
    return stands_for_it ? &vertex : nullptr;
  }
  return nullptr;
}

}  // namespace

RootComplex FindRootComplex(const Topology& topology, const Hanging& hanging,
                            VertexId bridge) {
  if (const auto package = topology.PackageOf(bridge)) {
    std::string cpu = Text(topology.vertex(*package), attr::kName);
    if (IsZen(cpu)) return {RootRouting::kEverywhere, std::move(cpu)};
  }
  const Vertex* first = FirstDevice(topology, hanging, bridge);
  if (first == nullptr) return {};
  const std::string vendor = Text(*first, attr::kVendor);
  const std::string device = Text(*first, attr::kDevice);
  if (vendor.empty() || device.empty()) return {};
  RootComplex found{RootRouting::kNotListed, vendor + ":" + device};
  for (const Listed& listed : kListed) {
    if (listed.id == found.name) found.routing = listed.routing;
  }
  return found;
}

}  // namespace acceld::graph
