// D-Bus values <-> Documents. The only place that walks variants; what comes
// from a caller is bounded in depth, element count and size before it is
// looked at any further.
#pragma once

#include <sdbus-c++/sdbus-c++.h>

#include <map>
#include <string>

#include "base/document.h"
#include "base/result.h"

namespace acceld::api {

using Dictionary = std::map<std::string, sdbus::Variant>;

struct WireLimits {
  std::size_t depth = 16;
  std::size_t elements = 4096;
  std::size_t string_bytes = 4096;  // each
};

// Converts what a caller sent. Understood inside variants: b, y, n, q, i, u,
// x, t, d, s, o, g, v, arrays of these, a{sv}, a{ss}, aa{sv}, av. Errors:
// kInvalidArgument with the JSON pointer (descriptors and other types too).
[[nodiscard]] Result<Document> ToDocument(const Dictionary& dictionary,
                                          const WireLimits& limits = {});

// Converts what is sent: objects become a{sv}, arrays of objects aa{sv},
// arrays of strings as, other arrays av, integers x, reals d. Null members are
// left out. Requires: `document` is an object.
[[nodiscard]] Dictionary ToDictionary(const Document& document);

}  // namespace acceld::api
