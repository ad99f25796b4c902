// D-Bus values <-> Documents. The only place that walks variants; what comes
// from a caller is bounded in depth, element count and size before it is
// looked at any further.
#pragma once

#include <sdbus-c++/sdbus-c++.h>

#include <cstddef>
#include <map>
#include <string>

#include "base/document.h"
#include "base/result.h"

namespace acceld::api {

using Dictionary = std::map<std::string, sdbus::Variant>;

struct WireLimits {
  std::size_t depth = 16;           // arrays, dictionaries and variants nested
  std::size_t elements = 4096;      // values in all
  std::size_t string_bytes = 4096;  // each, keys too
};

// Converts what a caller sent. Understood inside variants: b, y, n, q, i, u,
// x, t, d, s, o, g, v, and arrays and dictionaries with text keys of whatever
// is understood (a{sv}, a{ss}, aa{sv}, av, aas, ...), so that a binding may
// guess signatures as it likes. Errors: kInvalidArgument with the JSON pointer
// (descriptors, structures, text that is not UTF-8, numbers that are not
// finite or do not fit 64 bits signed, a key that is there twice).
[[nodiscard]] Result<Document> ToDocument(const Dictionary& dictionary,
                                          const WireLimits& limits = {});

// Converts what is sent: objects become a{sv}, arrays of objects (an empty
// array too) aa{sv}, arrays of strings as, other arrays av, integers x, reals
// d. Null members and elements are left out; bytes that D-Bus cannot carry in
// a string become '?'. Requires: `document` is an object.
[[nodiscard]] Dictionary ToDictionary(const Document& document);

}  // namespace acceld::api
