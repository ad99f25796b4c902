#include "graph/parts.h"

#include <algorithm>

namespace acceld::graph {

const Attribute* Vertex::Find(std::string_view name) const {
  const auto at = std::lower_bound(
      attributes.begin(), attributes.end(), name,
      [](const Attribute& a, std::string_view n) { return a.name < n; });
  return at != attributes.end() && at->name == name ? &*at : nullptr;
}

const AttributeValue* Vertex::Get(std::string_view name) const {
  const Attribute* attribute = Find(name);
  return attribute == nullptr ? nullptr : &attribute->value;
}

}  // namespace acceld::graph
