#include "graph/rate_text.h"

#include <string_view>
#include <variant>

#include "graph/quantity.h"

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

template <typename T>
bool IsBelow(const Link& link, std::string_view now, std::string_view most) {
  const T* current = nullptr;
  const T* maximum = nullptr;
  for (const Attribute& attribute : link.attributes) {
    if (attribute.name == now) current = std::get_if<T>(&attribute.value);
    if (attribute.name == most) maximum = std::get_if<T>(&attribute.value);
  }
  return current != nullptr && maximum != nullptr && *current < *maximum;
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
  width.degraded = IsBelow<MegaTransfers>(link, "speed", "max_speed") ||
                   IsBelow<Lanes>(link, "width", "max_width");
  if (width.degraded) {
    width.text.append(" of ").append(WidthText(link, "max_speed", "max_width"));
  }
  return width;
}

}  // namespace acceld::graph
