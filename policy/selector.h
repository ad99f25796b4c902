// Selectors: typed comparisons over the attributes of one thing. Used by
// policies (which devices a rule is about) and by requests (which devices a
// stage accepts). Pure values; no threading rule.
//
//   {"attribute": "vendor",    "equals": "8086"}
//   {"attribute": "driver",    "in": ["idxd", "uacce"]}
//   {"attribute": "memory",    "at_least": "16GiB"}
//   {"attribute": "instances", "at_most": 4}
//   {"attribute": "name",      "glob": "dsa*"}
//   {"attribute": "functions", "contains": "copy"}
//   {"attribute": "pasid_width", "exists": true}
//
// Exactly one comparison a selector. A list of selectors holds when each does.
// Of an attribute that is a list, `in` and `glob` ask whether one of its
// elements fits; `contains` is for lists only. Numbers and quantities have an
// order, text has none.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "base/attribute.h"
#include "base/document_reader.h"

namespace acceld::policy {

enum class Comparison {
  kEquals,
  kIn,
  kAtLeast,
  kAtMost,
  kGlob,
  kContains,
  kExists
};

struct Selector {
  std::string attribute;
  Comparison comparison{};
  // kEquals, kAtLeast, kAtMost, kGlob, kContains: one operand;
  // kIn: one or more; kExists: one boolean. As written; compared with the
  // attribute's own type ("16GiB" with Bytes, 4 with integers).
  std::vector<Document> operands;
};

// Reads one selector; complains by pointer and returns what it could.
[[nodiscard]] Selector ParseSelector(const Document& document,
                                     const std::string& pointer,
                                     Complaints& complaints);
// An array of selectors under `key` of `reader` (absent: none).
[[nodiscard]] std::vector<Selector> ParseSelectors(ObjectReader& reader,
                                                   std::string_view key);

// Whether the thing matches. An attribute that is not known, or an operand
// that does not fit its type, does not match.
[[nodiscard]] bool Matches(const Selector& selector, const AttributeView& view);

// For people: `vendor equals "8086"`.
[[nodiscard]] std::string ToText(const Selector& selector);

}  // namespace acceld::policy
