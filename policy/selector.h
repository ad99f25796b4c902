// Selectors: typed comparisons over the attributes of one thing. Used by
// policies (which devices, which requests) and by requests (which devices a
// stage accepts). Pure values; no threading rule.
//
//   {"attribute": "vendor",    "equals": "8086"}
//   {"attribute": "driver",    "in": ["idxd", "uacce"]}
//   {"attribute": "memory",    "at_least": "16GiB"}
//   {"attribute": "instances", "at_most": 4}
//   {"attribute": "memory",    "range": ["16GiB", "48GiB"]}
//   {"attribute": "name",      "glob": "dsa*"}
//   {"attribute": "functions", "contains": "copy"}
//   {"attribute": "pasid_width", "exists": true}
//   {"all": [...]}  {"any": [...]}  {"not": {...}}
//
// Exactly one of these operators a selector. A list of selectors holds when
// each does. Of an attribute that is a list, `in` and `glob` ask whether one
// of its elements fits; `contains` is for lists only. Numbers and quantities
// have an order, text has none.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <vector>

#include "base/attribute.h"

namespace acceld::policy {

enum class Operator {
  kEquals,
  kIn,
  kAtLeast,
  kAtMost,
  kRange,
  kGlob,
  kContains,
  kExists,
  kAll,
  kAny,
  kNot,
};

// What an attribute is compared with: as written, and, so that no comparison
// has to parse, what a text is as a quantity.
struct Operand {
  AttributeValue written;  // a boolean, an integer or a string
  std::optional<AttributeValue> quantity = std::nullopt;
  friend bool operator==(const Operand&, const Operand&) = default;
};

struct Selector {
  std::string attribute;  // empty: kAll, kAny, kNot
  Operator op{};
  // kEquals, kAtLeast, kAtMost, kGlob, kContains: one; kIn: one or more;
  // kRange: the lowest and the highest; kExists: one boolean. Compared with
  // the attribute's own type ("16GiB" with Bytes, 4 with integers).
  std::vector<Operand> operands = {};
  std::vector<Selector> parts = {};  // kAll, kAny: one or more; kNot: one
  friend bool operator==(const Selector&, const Selector&) = default;
};

// Whether the thing matches. A comparison with an attribute that is not known,
// or with an operand that does not fit its type, does not hold (and so its
// `not` does). Allocates nothing.
[[nodiscard]] bool Matches(const Selector& selector, const AttributeView& view);
// Whether each of the list does.
[[nodiscard]] bool MatchesAll(const std::vector<Selector>& selectors,
                              const AttributeView& view);

// How an attribute's value relates to an operand. Nothing where the two are
// not numbers or quantities of one kind.
[[nodiscard]] std::optional<std::strong_ordering> Order(
    const AttributeValue& value, const Operand& operand);

}  // namespace acceld::policy
