#include "client/topo/change_text.h"

#include "base/utf8.h"

namespace acceld::topo {

using graph::Change;

std::string_view SignOf(Change change) {
  switch (change) {
    case Change::kAdded:
      return "+";
    case Change::kRemoved:
      return "-";
    case Change::kChanged:
      return "~";
  }
  return "?";
}

Role RoleOf(Change change) {
  switch (change) {
    case Change::kAdded:
      return Role::kKey;
    case Change::kRemoved:
      return Role::kBad;
    case Change::kChanged:
      return Role::kWarning;
  }
  return Role::kPlain;
}

std::string_view Arrow(const Look& look) {
  return look.unicode ? " → " : " -> ";
}

std::string SideText(const std::optional<Attribute>& side, const Look& look) {
  constexpr std::size_t kLongest = 256;
  if (!side) return std::string(look.dash());
  return Printable(ToText(side->value), kLongest);
}

}  // namespace acceld::topo
