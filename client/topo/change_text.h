// How `diff` and `watch` write that something came, went or is different.
// Pure functions; no threading rule.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/attribute.h"
#include "client/topo/look.h"
#include "graph/diff.h"

namespace acceld::topo {

// "+", "-" or "~".
[[nodiscard]] std::string_view SignOf(graph::Change change);
[[nodiscard]] Role RoleOf(graph::Change change);

// Between what was and what is, with spaces around it.
[[nodiscard]] std::string_view Arrow(const Look& look);

// The value on one side, cut at what a screen can hold (feature lists are
// long); a dash where that side knows none.
[[nodiscard]] std::string SideText(const std::optional<Attribute>& side,
                                   const Look& look);

}  // namespace acceld::topo
