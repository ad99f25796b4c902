#include "policy/known_attributes.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

#include "base/suggestion.h"

namespace acceld::policy {
namespace {

constexpr std::array<std::string_view, 10> kTypes{
    "boolean", "integer",     "string",        "string list", "bytes",
    "bytes/s", "nanoseconds", "rate per lane", "lanes",       "watts"};

constexpr std::array<KnownAttribute, 7> kOfRequests{{
    {"count", AttributeType::kInteger},
    {"grant", AttributeType::kString},
    {"memory", AttributeType::kBytes},
    {"policy", AttributeType::kString},
    {"processes", AttributeType::kInteger},
    {"sharing", AttributeType::kString},
    {"sva", AttributeType::kString},
}};

}  // namespace

std::string_view NameOf(AttributeType type) {
  return kTypes[static_cast<std::size_t>(type)];
}

AttributeTable RequestAttributes() { return kOfRequests; }

const KnownAttribute* Find(AttributeTable table, std::string_view name) {
  const auto found = std::lower_bound(
      table.begin(), table.end(), name,
      [](const KnownAttribute& a, std::string_view b) { return a.name < b; });
  return found != table.end() && found->name == name ? &*found : nullptr;
}

std::string SuggestionFor(AttributeTable table, std::string_view name) {
  std::vector<std::string_view> names;
  for (const KnownAttribute& one : table) {
    if (one.is_of_devices) names.push_back(one.name);
  }
  const auto nearest = NearestName(name, names);
  if (!nearest) return {};
  return "; did you mean '" + std::string(*nearest) + "'?";
}

}  // namespace acceld::policy
