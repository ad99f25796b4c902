#include "graph/link_width.h"

#include <optional>
#include <string_view>
#include <variant>

#include "graph/quantity.h"
#include "probes/pcie_degradation.h"

namespace acceld::graph {
namespace {

std::string TextOr(const Vertex& vertex, std::string_view name) {
  const AttributeValue* value = vertex.Get(name);
  const auto* text =
      value == nullptr ? nullptr : std::get_if<std::string>(value);
  return text == nullptr ? std::string() : *text;
}

// GPUs and accelerators lower their link's speed while idle, awake as they
// are; anything may while it sleeps.
bool MayIdle(const Vertex& device) {
  const std::string kind = TextOr(device, attr::kClass);
  if (kind.starts_with("03") || kind.starts_with("12")) return true;
  const std::string state = TextOr(device, "power_state");
  return (!state.empty() && state != "D0") ||
         TextOr(device, "runtime_status") == "suspended";
}

std::string SpeedAndWidth(const Link& link, std::string_view speed,
                          std::string_view width) {
  std::string text;
  for (const std::string_view name : {speed, width}) {
    for (const Attribute& attribute : link.attributes) {
      if (attribute.name != name) continue;
      if (!text.empty()) text.push_back(' ');
      text.append(Readable(attribute.value));
    }
  }
  return text;
}

// What both ends can do; what is unknown of one is left to the other.
template <typename T>
std::optional<T> Lesser(const Link& link, std::string_view a,
                        std::string_view b) {
  std::optional<T> least;
  for (const Attribute& attribute : link.attributes) {
    if (attribute.name != a && attribute.name != b) continue;
    const T* value = std::get_if<T>(&attribute.value);
    if (value != nullptr && (!least || *value < *least)) least = *value;
  }
  return least;
}

std::string MostOfBothEnds(const Link& link) {
  std::string text;
  if (const auto speed =
          Lesser<MegaTransfers>(link, "max_speed", "port_max_speed")) {
    text.append(Readable(*speed));
  }
  if (const auto lanes = Lesser<Lanes>(link, "max_width", "port_max_width")) {
    text.append(text.empty() ? "" : " ").append(Readable(*lanes));
  }
  return text;
}

}  // namespace

LinkWidth WidthOf(const Topology& topology, const Link& link) {
  LinkWidth width;
  width.text = SpeedAndWidth(link, "speed", "width");
  if (width.text.empty()) return width;
  width.degraded = probes::DegradedParts(link.attributes);
  width.limited = probes::LimitedParts(link.attributes);
  if (!width.IsBelowMaximum()) return width;
  width.text.insert(0, "degraded: ").append(" of ");
  if (width.degraded.empty()) {
    width.text.append(SpeedAndWidth(link, "max_speed", "max_width"))
        .append(", the port allows no more");
    return width;
  }
  width.text.append(MostOfBothEnds(link));
  width.may_be_idle = width.degraded == std::vector<std::string>{"speed"} &&
                      MayIdle(topology.vertex(link.to));
  if (width.may_be_idle) width.text.append(", or idle");
  return width;
}

}  // namespace acceld::graph
