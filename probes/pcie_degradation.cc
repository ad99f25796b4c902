#include "probes/pcie_degradation.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <variant>

#include "base/units.h"

namespace acceld::probes {
namespace {

template <typename T>
std::optional<T> Find(std::span<const Attribute> attributes,
                      std::string_view name) {
  for (const Attribute& attribute : attributes) {
    if (attribute.name != name) continue;
    if (const T* value = std::get_if<T>(&attribute.value)) return *value;
  }
  return std::nullopt;
}

enum class Standing { kBest, kLimited, kDegraded };

template <typename T>
Standing StandingOf(std::span<const Attribute> attributes, std::string_view now,
                    std::string_view device, std::string_view port) {
  const auto current = Find<T>(attributes, now);
  const auto of_device = Find<T>(attributes, device);
  const auto of_port = Find<T>(attributes, port);
  if (!current || (!of_device && !of_port)) return Standing::kBest;
  const T most = of_device ? *of_device : *of_port;
  if (*current < std::min(most, of_port.value_or(most))) {
    return Standing::kDegraded;
  }
  return *current < most ? Standing::kLimited : Standing::kBest;
}

std::vector<std::string> PartsThatAre(Standing standing,
                                      std::span<const Attribute> attributes) {
  std::vector<std::string> parts;
  if (StandingOf<MegaTransfers>(attributes, "speed", "max_speed",
                                "port_max_speed") == standing) {
    parts.emplace_back("speed");
  }
  if (StandingOf<Lanes>(attributes, "width", "max_width", "port_max_width") ==
      standing) {
    parts.emplace_back("width");
  }
  return parts;
}

}  // namespace

std::vector<std::string> DegradedParts(std::span<const Attribute> attributes) {
  return PartsThatAre(Standing::kDegraded, attributes);
}

std::vector<std::string> LimitedParts(std::span<const Attribute> attributes) {
  return PartsThatAre(Standing::kLimited, attributes);
}

}  // namespace acceld::probes
