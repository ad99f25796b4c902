#include "graph/export/phrase.h"

#include "base/utf8.h"
#include "graph/quantity.h"

namespace acceld::graph::exports {

std::string ShortName(const Vertex& vertex) {
  constexpr std::string_view kDomain = "0000:";
  std::string_view name = vertex.key;
  const std::size_t colon = name.find(':');
  if (colon != std::string_view::npos) name.remove_prefix(colon + 1);
  if (name.starts_with(kDomain)) name.remove_prefix(kDomain.size());
  return Printable(name);
}

std::string AttributeText(const Vertex& vertex, std::string_view name) {
  const Attribute* attribute = vertex.Find(name);
  return attribute == nullptr ? std::string() : Marked(*attribute);
}

}  // namespace acceld::graph::exports
