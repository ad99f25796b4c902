#include "graph/rate_text.h"

#include <optional>
#include <string_view>
#include <variant>

#include "graph/quantity.h"
#include "probes/pcie_degradation.h"

namespace acceld::graph {
namespace {

std::string WidthText(const Link& link, std::string_view speed,
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

}  // namespace

std::string TextOf(const Rate& rate) {
  const std::string latency = Marked(rate.latency);
  if (rate.bandwidth.value >= kUnlimited) return latency;
  return latency + ", " + Marked(rate.bandwidth);
}

std::string RatesOf(const Link& link) {
  const std::string there = TextOf(link.forward);
  const std::string back = TextOf(link.backward);
  return there == back ? there : there + " there, " + back + " back";
}

LinkWidth WidthOf(const Link& link) {
  LinkWidth width;
  width.text = WidthText(link, "speed", "width");
  width.degraded = !probes::DegradedParts(link.attributes).empty();
  width.limited =
      !width.degraded && !probes::LimitedParts(link.attributes).empty();
  if (width.limited) {
    width.text.append(" of ").append(WidthText(link, "max_speed", "max_width"));
    width.text.append(", as the port allows");
  }
  if (!width.degraded) return width;
  width.text.append(" of");
  if (const auto speed =
          Lesser<MegaTransfers>(link, "max_speed", "port_max_speed")) {
    width.text.append(" ").append(Readable(*speed));
  }
  if (const auto lanes = Lesser<Lanes>(link, "max_width", "port_max_width")) {
    width.text.append(" ").append(Readable(*lanes));
  }
  return width;
}

}  // namespace acceld::graph
