// Quantities for people: rounded to three digits, with a mark that says how
// the value came to be known. JSON output keeps the exact values.
// Pure functions; no threading rule.
#pragma once

#include <string>
#include <string_view>

#include "base/attribute.h"
#include "base/units.h"

namespace acceld::graph {

// "64GiB", "1.43GiB": IEC units, at most three significant digits.
[[nodiscard]] std::string Readable(Bytes bytes);
// "31.5GB/s": SI units.
[[nodiscard]] std::string Readable(BytesPerSecond rate);
// "820ns", "1.25us".
[[nodiscard]] std::string Readable(Nanoseconds time);
// Quantities as above; anything else as ToText, without control characters.
[[nodiscard]] std::string Readable(const AttributeValue& value);

// "" (firmware or kernel), "!" (measured), "~" (computed), "?" (assumed).
[[nodiscard]] std::string_view Mark(Evidence evidence);
// One line that explains the marks.
[[nodiscard]] std::string_view MarkLegend();

// The value with its mark. Names, numbers and flags carry none: a mark would
// read as a part of the name (`accel-topo why KEY` shows their evidence).
template <typename T>
[[nodiscard]] std::string Marked(const Sourced<T>& sourced) {
  return Readable(sourced.value).append(Mark(sourced.from.evidence));
}
[[nodiscard]] std::string Marked(const Attribute& attribute);

}  // namespace acceld::graph
