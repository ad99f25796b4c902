// D-Bus values <-> Documents. The only place that walks variants; what comes
// from a caller is bounded in depth, element count and size before it is
// looked at any further.
#pragma once

#include <sdbus-c++/sdbus-c++.h>

#include <cstddef>
#include <string>
#include <utility>

#include "base/document.h"
#include "base/result.h"

namespace acceld::api {

struct WireLimits {
  std::size_t depth = 16;           // arrays, dictionaries and variants nested
  std::size_t elements = 4096;      // values in all
  std::size_t string_bytes = 4096;  // each, keys too
};

// A dictionary a{sv} as a method's argument or result: read from the message
// into a Document and written from one, with no variants in between (each
// sdbus::Variant is a message of its own, and a placement has a hundred).
//
// Reading understands inside variants: b, y, n, q, i, u, x, t, d, s, o, g, v,
// and arrays and dictionaries with text keys of whatever is understood
// (a{sv}, a{ss}, aa{sv}, av, aas, ...), so that a binding may guess signatures
// as it likes. It throws sdbus::Error, with the name of `fault` and a JSON
// pointer in the message, for descriptors, structures, text that is not UTF-8,
// numbers that are not finite or do not fit 64 bits signed, a key that is
// there twice, and what exceeds `limits`.
//
// Writing: objects become a{sv}, arrays of objects (an empty array too)
// aa{sv}, arrays of strings as, other arrays av, integers x, reals d. Null
// members and elements are left out; bytes that D-Bus cannot carry in a string
// become '?'. A document that is no object is written as an empty dictionary.
struct WireDocument {
  Document document = {};
  WireLimits limits = {};
  ErrorCode fault = ErrorCode::kInvalidArgument;
};

[[nodiscard]] inline WireDocument AsWire(Document document) {
  WireDocument wire;
  wire.document = std::move(document);
  return wire;
}

sdbus::Message& operator<<(sdbus::Message& message, const WireDocument& wire);
sdbus::Message& operator>>(sdbus::Message& message, WireDocument& wire);

}  // namespace acceld::api

template <>
struct sdbus::signature_of<acceld::api::WireDocument> {
  [[maybe_unused]] static constexpr bool is_valid = true;
  static std::string str() { return "a{sv}"; }
};
