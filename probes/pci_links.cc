#include "probes/pci_links.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "probes/pcie_degradation.h"

namespace acceld::probes {
namespace {

template <typename T>
std::optional<Sourced<T>> Pick(const std::optional<T>& below,
                               const PciFunction& lower,
                               const std::optional<T>& above,
                               const PciFunction& upper, const char* file) {
  if (below) return Sourced<T>{*below, FromKernel(lower.path + "/" + file)};
  if (above) return Sourced<T>{*above, FromKernel(upper.path + "/" + file)};
  return std::nullopt;
}

template <typename T>
void Append(std::vector<Attribute>& attributes, const char* name,
            const std::optional<Sourced<T>>& value) {
  if (value) attributes.push_back({name, value->value, value->from});
}

std::optional<Sourced<BytesPerSecond>> Bandwidth(
    const std::optional<Sourced<MegaTransfers>>& speed,
    const std::optional<Sourced<Lanes>>& width) {
  if (!speed || !width) return std::nullopt;
  const auto rate = PcieBandwidth(speed->value, width->value);
  if (!rate) return std::nullopt;
  return Sourced<BytesPerSecond>{
      *rate,
      {Evidence::kComputed, speed->from.source + " x " + width->from.source +
                                ", " +
                                std::string(PcieEncoding(speed->value))}};
}

void SetBothWays(LinkFact& link,
                 const std::optional<Sourced<BytesPerSecond>>& bandwidth) {
  link.forward.bandwidth = bandwidth;
  link.backward.bandwidth = bandwidth;
}

LinkFact PcieLink(const PciFunction& bridge, const PciFunction& function) {
  const PciLinkState& lower = function.link;
  const PciLinkState& upper = bridge.link;
  const auto speed =
      Pick(lower.speed, function, upper.speed, bridge, "current_link_speed");
  const auto width =
      Pick(lower.width, function, upper.width, bridge, "current_link_width");
  LinkFact link{bridge.key, function.key, LinkKind::kPcie, {}, {}, {}};
  Append(link.attributes, "speed", speed);
  Append(link.attributes, "width", width);
  Append(link.attributes, "max_speed",
         Pick(lower.max_speed, function, upper.max_speed, bridge,
              "max_link_speed"));
  Append(link.attributes, "max_width",
         Pick(lower.max_width, function, upper.max_width, bridge,
              "max_link_width"));
  Append(link.attributes, "port_max_speed",
         Pick({}, function, upper.max_speed, bridge, "max_link_speed"));
  Append(link.attributes, "port_max_width",
         Pick({}, function, upper.max_width, bridge, "max_link_width"));
  if (auto parts = DegradedParts(link.attributes); !parts.empty()) {
    link.attributes.push_back(
        {"degraded",
         std::move(parts),
         {Evidence::kComputed, "below the lesser of max_* and port_max_*"}});
  }
  if (auto parts = LimitedParts(link.attributes); !parts.empty()) {
    link.attributes.push_back(
        {"limited",
         std::move(parts),
         {Evidence::kComputed, "port_max_* is below max_*"}});
  }
  SetBothWays(link, Bandwidth(speed, width));
  return link;
}

// All that passes a root or downstream port passes its link below. Stated
// here, on its way up, it holds for the functions of one device together,
// each of which has a PCIe link of its own in the graph.
std::optional<Sourced<BytesPerSecond>> PortBandwidth(const PciFunction& port) {
  if (!HasLinkBelow(port.port)) return std::nullopt;
  const PciFunction& no_upper = port;
  return Bandwidth(
      Pick(port.link.speed, port, {}, no_upper, "current_link_speed"),
      Pick(port.link.width, port, {}, no_upper, "current_link_width"));
}

}  // namespace

LinkFact LinkBelowBridge(const PciFunction& bridge,
                         const PciFunction& function) {
  if (HasLinkBelow(bridge.port)) return PcieLink(bridge, function);
  if (HasConventionalBusBelow(bridge.port)) {
    // The kernel says nothing of the bus; this is the least of PCI 2.0 on.
    constexpr std::int64_t kRate = std::int64_t{33'333'333} * 4;
    LinkFact link{bridge.key, function.key, LinkKind::kPcie, {}, {}, {}};
    SetBothWays(link, Sourced<BytesPerSecond>{
                          BytesPerSecond(kRate),
                          {Evidence::kAssumed,
                           "conventional PCI bus, 32 bits at 33 MHz"}});
    return link;
  }
  LinkFact link = OnDieLink(bridge.key, function.key);
  SetBothWays(link, PortBandwidth(function));
  return link;
}

LinkFact LinkBelowHostBridge(const std::string& host_bridge,
                             const PciFunction& function) {
  LinkFact link = OnDieLink(host_bridge, function.key);
  SetBothWays(link, PortBandwidth(function));
  return link;
}

LinkFact OnDieLink(std::string from, std::string to) {
  return {std::move(from), std::move(to), LinkKind::kOnDie, {}, {}, {}};
}

}  // namespace acceld::probes
